using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Pipelines;

public class PrepareSpecReaderTests
{
    static readonly Schema Mill = new([
        new("Type", ColumnKind.Text, ColumnRole.Feature),
        new("Torque", ColumnKind.Number, ColumnRole.Feature, "Nm"),
        new("Tool wear", ColumnKind.Number, ColumnRole.Feature, "min"),
        new("Failure", ColumnKind.Boolean, ColumnRole.Target),
    ]);

    static PrepareSpec Read(string json) => PrepareSpecReader.Read(JsonNode.Parse(json), Mill);

    static string[] ProblemsOf(string json) => [.. Assert.Throws<InputException>(() => Read(json)).Problems.Select(p => p.ToString())];

    [Fact]
    public void Auto_is_what_no_prepare_at_all_means()
    {
        Assert.IsType<Auto>(Assert.Single(PrepareSpecReader.Read(null).Steps));
        Assert.IsType<Auto>(Assert.Single(Read("\"auto\"").Steps));
    }

    [Fact]
    public void A_list_holds_names_and_maps()
    {
        var spec = Read("""
            ["standardise",
             { "step": "impute", "columns": ["Torque", "Tool wear"], "with": "mean", "indicator": true },
             { "step": "clip", "columns": "Torque [Nm]", "quantiles": [0.05, 0.95] },
             { "step": "derive", "name": "Strain", "unit": "minNm", "from": "Torque * [Tool wear]" },
             { "step": "min-max", "columns": ["Strain"] },
             { "step": "window", "length": 30, "stride": 2, "at": "last", "padding": "none" }]
            """);

        Assert.Equal(["standardise", "impute", "clip", "derive", "min-max", "window"], spec.Steps.Select(s => s.Step));
        var impute = Assert.IsType<Impute>(spec.Steps[1]);
        Assert.Equal((ImputeWith.Mean, true), (impute.With, impute.Indicator));
        Assert.Equal(["Torque", "Tool wear"], impute.Columns);
        Assert.Equal(0.05, Assert.IsType<Clip>(spec.Steps[2]).LowerQuantile);
        Assert.Equal(new Window { Length = 30, Stride = 2, At = WindowAt.Last, Padding = WindowPadding.None }, spec.Steps[5]);
    }

    [Fact]
    public void Every_mistake_is_reported_at_once_with_the_nearest_right_name() =>
        Assert.Equal(
        [
            "$[0].step: unknown step 'standardize'; expected a known step. Did you mean 'standardise'?",
            "$[1].with: with: \"medain\" in step impute; expected one of median, mean, most-frequent, constant, forward-fill. Did you mean 'median'?",
            "$[1].colums: unknown key 'colums' in step impute; expected a key of this step. Did you mean 'columns'?",
            "$[3].quantiles: quantiles: [5,95] in step clip; expected 2 numbers from 0 to 1.",
            "$[4]: step window has no 'length'; expected length: ….",
            "$[5].from: 'Torqe * 2 +', the end at position 12 in step derive; expected a number, a column, a function or '('.",
            "$[6]: a step written as 5; expected { step: impute, … }. The steps are: " + string.Join(", ", PrepareSpecReader.StepNames) + ".",
            "$[4]: step window stands before other steps; expected window as the last step. Move it to the end.",
            "$[2].columns: no column 'Torqe' in step log; expected a column of the data. Did you mean 'Torque'?",
            "$[2].columns: the target 'Failure' in step log; expected input columns only. The target is not known when the model predicts.",
        ], ProblemsOf("""
            ["standardize",
             { "step": "impute", "colums": ["Torque"], "with": "medain" },
             { "step": "log", "columns": ["Torqe", "Failure"] },
             { "step": "clip", "quantiles": [5, 95] },
             { "step": "window" },
             { "step": "derive", "name": "x", "from": "Torqe * 2 +" },
             5]
            """));

    [Fact]
    public void A_formula_with_an_unknown_column_shows_its_position() =>
        Assert.Equal(["$[0]: no column 'Tool ware' at position 10 of 'Torque * [Tool ware]' in step derive; expected a column of the data. Did you mean 'Tool wear'?"],
            ProblemsOf("""[{ "step": "derive", "name": "x", "from": "Torque * [Tool ware]" }]"""));

    [Fact]
    public void A_column_made_by_an_earlier_step_may_be_named_by_a_later_one_only()
    {
        Read("""[{ "step": "condition", "columns": ["Torque"], "count": 2 }, { "step": "standardise", "by": "condition" }]""");
        Assert.Equal(["$[0]: no column 'condition' in step standardise; expected a column of the data. There is: Type, Torque, Tool wear, Failure."],
            ProblemsOf("""[{ "step": "standardise", "by": "condition" }]"""));
    }

    [Theory]
    [InlineData("""{ "step": "impute", "with": "constant" }""", "value: …")]
    [InlineData("""{ "step": "impute", "with": "mean", "value": 3 }""", "with: constant, or no value")]
    [InlineData("""{ "step": "clip", "lower": 5, "upper": 3 }""", "the lower limit below the upper one")]
    [InlineData("""{ "step": "window", "length": 0 }""", "a whole number from 1 to 100000")]
    [InlineData("""{ "step": "window", "length": 2.5 }""", "a whole number from 1 to 100000")]
    [InlineData("""{ "step": "smooth", "alpha": 2 }""", "a number from 1E-06 to 1")]
    [InlineData("""{ "step": "smooth", "keep": "yes" }""", "true or false")]
    [InlineData("""{ "step": "drop" }""", "columns: …")]
    [InlineData("""{ "step": "date-parts", "parts": ["dya"] }""", "some of day, week, year, hour, weekday, month")]
    [InlineData("""{ "step": "log", "columns": [] }""", "a list of names")]
    [InlineData("""{ "step": "log", "columns": null }""", "a value")]
    [InlineData("""{ "with": "mean" }""", "{ step: impute, … }")]
    [InlineData("""{ "clip": { "lower": 1 } }""", "{ step: clip, … }")]
    [InlineData("5", "auto, or a list of steps")]
    [InlineData("[]", "at least one step")]
    [InlineData("\"autos\"", "a known step")]
    public void A_wrong_value_is_refused_with_what_was_expected(string json, string expected)
    {
        var problem = Assert.Single(Assert.Throws<InputException>(() => Read(json)).Problems);
        Assert.Equal(expected, problem.Expected);
    }

    [Fact]
    public void Places_are_named_by_the_caller()
    {
        var spec = JsonNode.Parse("""{ "prepare": [{ "step": "impute", "wiht": "mean" }] }""")!;
        var error = Assert.Throws<InputException>(() => PrepareSpecReader.Read(spec["prepare"], Mill, path => path == "$.prepare[0].wiht" ? "line 7" : null));
        Assert.Equal("line 7", Assert.Single(error.Problems).Where);
    }
}
