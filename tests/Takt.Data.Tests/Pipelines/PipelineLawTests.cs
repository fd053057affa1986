using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Tests.Pipelines;

/// <summary>What holds for every pipeline, shown on one that has every step.</summary>
public class PipelineLawTests
{
    static readonly PrepareSpec Everything = PrepareSpecReader.Read(JsonNode.Parse("""
        [{ "step": "drop", "columns": ["spare"] },
         { "step": "derive", "name": "power", "from": "x * y / 60" },
         { "step": "derive", "name": "age", "from": "cycle" },
         { "step": "impute", "columns": ["x"], "with": "forward-fill", "indicator": true },
         { "step": "impute", "columns": ["grade"], "with": "most-frequent" },
         { "step": "clip", "columns": ["x"] },
         { "step": "smooth", "columns": ["y"], "keep": true },
         { "step": "lag", "columns": ["x"], "change": true },
         { "step": "log", "columns": ["power"] },
         { "step": "condition", "columns": ["x", "y"], "count": 3 },
         { "step": "standardise", "columns": ["x", "y"], "by": "condition" },
         { "step": "robust", "columns": ["power"] },
         { "step": "min-max", "columns": ["age"] },
         { "step": "one-hot", "columns": ["grade"], "rare": 0.1 },
         { "step": "ordinal", "columns": ["shift"] },
         { "step": "frequency", "columns": ["supplier"] },
         { "step": "date-parts", "parts": ["day", "year", "month"] },
         "auto"]
        """));

    static Table Draw(int rows, ulong seed)
    {
        var random = new Generator(seed);
        double OrMissing(double value) => random.NextBool(0.1) ? double.NaN : value;
        string? Pick(params string[] of) => random.NextBool(0.05) ? null : of[random.NextInt(of.Length)];
        double[] Numbers(Func<int, double> value) => [.. Enumerable.Range(0, rows).Select(value)];
        string?[] Texts(Func<string?> value) => [.. Enumerable.Range(0, rows).Select(_ => value())];
        return Some.Table(
            Some.Text("unit", Texts(() => $"u{random.NextInt(4)}")),
            Some.Number("cycle", Numbers(i => i)),
            Some.Number("x", Numbers(_ => OrMissing(random.NextNormal()))),
            Some.Number("y", Numbers(_ => OrMissing(random.NextNormal() * 100))),
            Some.Number("z", Numbers(_ => OrMissing(Math.Exp(3 * random.NextNormal())))),
            Some.Text("grade", Texts(() => Pick("a", "b", "b", "c", "d"))),
            Some.Text("shift", Texts(() => Pick("early", "late"))),
            Some.Text("supplier", Texts(() => Pick("s1", "s2", "s3"))),
            new TimeColumn("at", [.. Enumerable.Range(0, rows).Select(i => (DateTime?)new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(7 * i))]),
            Some.Number("spare", Numbers(_ => 1)));
    }

    static readonly Table Training = Draw(200, seed: 1);

    static readonly Schema Roles = Some.SchemaOf(Training, ("unit", ColumnRole.Group), ("cycle", ColumnRole.Time));

    static readonly Pipeline Fitted = Pipeline.Fit(Training, Roles, Everything);

    static readonly Pipeline Windowed = Pipeline.Fit(Training, Roles, new([.. Everything.Steps, new Window { Length = 5 }]));

    [Fact]
    public void Fitting_sees_the_training_rows_alone()
    {
        // the same training rows out of two tables whose other rows differ
        int[] train = [.. Enumerable.Range(0, 200)];
        Table Joined(ulong otherSeed)
        {
            var other = Draw(100, otherSeed);
            return new([.. Training.Columns.Select(c => Join(c, other[c.Name]))]);
        }

        string first = Pipeline.Fit(Joined(2).Take(train), Roles, Everything).ToJson().ToJsonString();
        string second = Pipeline.Fit(Joined(3).Take(train), Roles, Everything).ToJson().ToJsonString();

        Assert.Equal(first, second);
        Assert.Equal(Fitted.ToJson().ToJsonString(), first);
    }

    static Column Join(Column a, Column b) => (a, b) switch
    {
        (NumberColumn x, NumberColumn y) => new NumberColumn(x.Name, [.. x.Values, .. y.Values]),
        (TextColumn x, TextColumn y) => new TextColumn(x.Name, [.. x.Values, .. y.Values]),
        (TimeColumn x, TimeColumn y) => new TimeColumn(x.Name, [.. x.Values, .. y.Values]),
        _ => throw new InvalidOperationException("columns of two kinds"),
    };

    [Fact]
    public void Transforming_other_rows_changes_nothing_that_was_fitted()
    {
        string before = Fitted.ToJson().ToJsonString();
        Fitted.Transform(Draw(50, seed: 9));
        Assert.Equal(before, Fitted.ToJson().ToJsonString());
    }

    [Fact]
    public void The_table_that_goes_in_is_not_changed()
    {
        var rows = Draw(50, seed: 4);
        Fitted.Transform(rows);
        var same = Draw(50, seed: 4);
        foreach (var column in rows.Columns)
            for (int row = 0; row < 50; row++)
                Assert.Equal(same[column.Name].TextAt(row), column.TextAt(row));
    }

    [Fact]
    public void Nothing_but_finite_numbers_comes_out() => Prop.ForAll<ulong>(seed =>
        Array.TrueForAll(Fitted.Transform(Draw(40, seed)).Values, float.IsFinite)).QuickCheckThrowOnFailure();

    [Fact]
    public void Read_back_it_prepares_to_the_same_bits() => Prop.ForAll<ulong>(seed =>
    {
        var rows = Draw(30, seed);
        var again = Pipeline.FromJson(JsonNode.Parse(Windowed.ToJson().ToJsonString())!);
        return Windowed.Transform(rows).Values.SequenceEqual(again.Transform(rows).Values);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_row_alone_is_prepared_to_the_same_bits_as_among_others()
    {
        // without looking back: each row for itself
        var spec = new PrepareSpec([.. Everything.Steps.Where(s => s is not (Smooth or Lag or Impute { With: ImputeWith.ForwardFill }))]);
        var pipeline = Pipeline.Fit(Training, Roles, spec);
        var rows = Draw(60, seed: 5);
        float[] together = pipeline.Transform(rows).Values;
        int features = pipeline.Features.Count;
        for (int row = 0; row < 60; row++)
            Assert.Equal(together[(row * features)..((row + 1) * features)], pipeline.Transform(rows.Take([row])).Values);
    }

    [Fact]
    public void A_window_depends_on_its_own_group_alone()
    {
        var rows = Draw(80, seed: 6);
        var together = Windowed.Transform(rows);
        int size = Windowed.FeatureShape[0] * Windowed.FeatureShape[1];
        foreach (var unit in Enumerable.Range(0, 80).GroupBy(row => rows["unit"].TextAt(row)))
        {
            int[] own = [.. unit];
            var alone = Windowed.Transform(rows.Take(own));
            for (int w = 0; w < alone.Count; w++)
            {
                int at = Array.IndexOf(together.Rows, own[alone.Rows[w]]);
                Assert.Equal(together.Values.AsSpan(at * size, size).ToArray(), alone.Values.AsSpan(w * size, size).ToArray());
            }
        }
    }

    [Fact]
    public void Later_rows_of_a_group_do_not_change_earlier_features()
    {
        var rows = Draw(80, seed: 7);
        int features = Fitted.Features.Count;
        float[] whole = Fitted.Transform(rows).Values;
        float[] begun = Fitted.Transform(rows.Take([.. Enumerable.Range(0, 50)])).Values;
        Assert.Equal(whole[..(50 * features)], begun);
    }

    [Fact]
    public void Many_threads_may_transform_at_once()
    {
        var rows = Draw(60, seed: 8);
        float[] expected = Windowed.Transform(rows).Values;
        Parallel.For(0, 64, _ => Assert.Equal(expected, Windowed.Transform(rows).Values));
    }

    [Fact]
    public void The_schema_tells_what_training_held()
    {
        var schema = Some.Fit(Some.Table(Some.Number("x", 3, 1, 2, double.NaN), Some.Text("t", "b", "a", "b", null), Some.Number("c", 5, 5, 5, 5)), new Auto()).Schema;

        Assert.Equal((1.0, 3.0, "2"), (schema.Find("x")!.Minimum, schema.Find("x")!.Maximum, schema.Find("x")!.Typical));
        Assert.Equal("b", schema.Find("t")!.Typical);
        Assert.Equal(["b", "a"], schema.Find("t")!.Categories);
        Assert.Equal(ColumnRole.Ignored, schema.Find("c")!.Role); // constant: left out by auto
    }

    [Fact]
    public void Group_time_and_id_are_no_features_and_an_ignored_column_becomes_one_when_a_step_makes_it_one()
    {
        var table = Some.Table(Some.Text("unit", "a", "b"), Some.Number("cycle", 1, 2), Some.Number("id", 1, 2), Some.Text("kind", "k", "l"), Some.Number("x", 1, 2));
        var schema = Some.SchemaOf(table, ("unit", ColumnRole.Group), ("cycle", ColumnRole.Time), ("id", ColumnRole.Id), ("kind", ColumnRole.Ignored));

        Assert.Equal(["x"], Pipeline.Fit(table, schema, PrepareSpec.Auto).Features.Select(f => f.Name));
        var stated = Pipeline.Fit(table, schema, new([new OneHot { Columns = ["kind"] }]));
        Assert.Equal(["x", "kind = k", "kind = l"], stated.Features.Select(f => f.Name));
        Assert.Equal(ColumnRole.Feature, stated.Schema.Find("kind")!.Role);
        Assert.Equal(["kind", "x"], stated.Inputs.Select(c => c.Name));
    }

    [Fact]
    public void Text_that_no_step_encodes_is_refused_with_the_way_out() =>
        Assert.Equal("column 't' still holds text after the last step; expected numbers. Add { step: one-hot }, { step: ordinal } or { step: frequency }, or drop it.",
            Assert.Throws<InputException>(() => Some.Fit(Some.Table(Some.Text("t", "a")), new Standardise())).Message);

    [Fact]
    public void Infinity_and_a_row_without_time_are_refused_with_the_row()
    {
        var rows = Draw(3, seed: 1);
        Assert.Equal("row 2: an infinite value in column 'x'; expected a finite number or nothing.",
            Assert.Throws<InputException>(() => Fitted.Transform(rows.With(Some.Number("x", 1, double.PositiveInfinity, 2)))).Message);
        Assert.Equal("row 3: no time in column 'cycle'; expected a time in every row, as rows are put in order by it.",
            Assert.Throws<InputException>(() => Fitted.Transform(rows.With(Some.Number("cycle", 1, 2, double.NaN)))).Message);
    }

    [Fact]
    public void A_column_read_as_another_kind_is_taken_where_it_can_be()
    {
        var pipeline = Some.Fit(Some.Table(Some.Text("code", "12", "B7"), Some.Number("x", 1, 2)), new OneHot());
        var rows = Some.Table(Some.Number("code", 12), Some.Text("x", [null])); // a file whose codes are all digits, and a column without any value

        Assert.Equal([1.5f, 1, 0], pipeline.Transform(rows).Values);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{ "format": 2 }""")]
    [InlineData("""{ "format": 1 }""")]
    [InlineData("""{ "format": 1, "schema": { "columns": [] }, "steps": [{ "step": "unheard-of" }], "window": null, "features": [], "fill": [], "notes": [] }""")]
    [InlineData("""[]""")]
    public void What_is_no_pipeline_is_refused(string json) => Assert.Throws<InputException>(() => Pipeline.FromJson(JsonNode.Parse(json)!));
}
