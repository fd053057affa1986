using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Pipelines;

public class PipelineTests
{
    static readonly Schema Press = new([
        new("Torque", ColumnKind.Number, ColumnRole.Feature, "Nm"),
        new("Type", ColumnKind.Text, ColumnRole.Feature),
        new("Hot", ColumnKind.Boolean, ColumnRole.Feature),
        new("Serial", ColumnKind.Text, ColumnRole.Id),
        new("Failure", ColumnKind.Boolean, ColumnRole.Target),
    ]);

    static Table Rows(double[] torque, string?[] type, double[] hot) => new([
        new NumberColumn("Torque", torque, "Nm"),
        new TextColumn("Type", type),
        new NumberColumn("Hot", hot, isBoolean: true),
        new TextColumn("Serial", [.. torque.Select((_, i) => $"S{i}")]),
        new NumberColumn("Failure", [.. torque.Select((_, i) => i % 2.0)], isBoolean: true),
    ]);

    static Table Training => Rows([1, 2, 3, double.NaN], ["L", "M", "L", "L"], [0, 1, 1, 0]);

    [Fact]
    public void Auto_prepares_each_column_by_its_kind()
    {
        var pipeline = Pipeline.Fit(Training, Press, PrepareSpec.Auto);

        Assert.Equal(["Torque", "Hot", "Torque missing", "Type = L", "Type = M"], pipeline.Features.Select(f => f.Name));
        var batch = pipeline.Transform(Training);
        Assert.Equal(4, batch.Count);
        Assert.Equal([5], batch.FeatureShape);
        // mean 2 and population deviation √(1/2) of 1, 2, 3 and the imputed median 2
        float unit = MathF.Sqrt(2);
        Assert.Equal([-unit, 0, 0, 1, 0], batch.Values[..5]);
        Assert.Equal([0, 0, 1, 1, 0], batch.Values[15..]);
    }

    [Fact]
    public void A_pipeline_read_back_prepares_to_the_same_bits()
    {
        var pipeline = Pipeline.Fit(Training, Press, PrepareSpec.Auto);
        var again = Pipeline.FromJson(JsonNode.Parse(pipeline.ToJson().ToJsonString())!);

        Assert.Equal(pipeline.Transform(Training).Values, again.Transform(Training).Values);
        Assert.Equal(pipeline.ToJson().ToJsonString(), again.ToJson().ToJsonString());
    }

    [Fact]
    public void Rows_without_a_needed_column_or_with_the_wrong_kind_are_refused_with_all_problems_at_once()
    {
        var pipeline = Pipeline.Fit(Training, Press, PrepareSpec.Auto);
        var rows = new Table([new TextColumn("Torque", ["much"]), new NumberColumn("Hott", [1])]);

        var error = Assert.Throws<InputException>(() => pipeline.Transform(rows));

        Assert.Equal(3, error.Problems.Count);
        Assert.Equal("column 'Torque' holds text ('much' in row 1); expected numbers.", error.Problems[0].ToString());
        Assert.Equal("no column 'Type'; expected 'Type', text.", error.Problems[1].ToString());
        Assert.Equal("no column 'Hot'; expected 'Hot', booleans. Is it 'Hott'?", error.Problems[2].ToString());
    }
}
