using System.Text.Json.Nodes;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Data.Tests.Pipelines;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Targets;

public class TargetCodingTests
{
    static Table Target(params string?[] labels) => Some.Table(Some.Text("state", labels));

    static TargetCoding Read(TargetCoding coding) => TargetCoding.FromJson(JsonNode.Parse(coding.ToJson().ToJsonString())!);

    [Theory]
    [InlineData("ok", "fail", "fail")]     // an event by its name
    [InlineData("NOK", "OK", "NOK")]
    [InlineData("yes", "no", "yes")]
    [InlineData("blue", "red", "red")]     // neither is: the later of equally frequent ones
    public void Of_two_classes_the_event_is_the_positive_one(string a, string b, string positive)
    {
        Assert.Equal(positive, TargetCoding.Classification(Target(a, b, a, b), "state").Positive);
        Assert.Equal(positive, TargetCoding.Classification(Target(b, a, b, a), "state").Positive);
    }

    [Fact]
    public void Where_no_name_tells_the_rarer_class_is_positive_unless_the_other_is_named()
    {
        var table = Target("blue", "red", "red", "red", "blue");
        Assert.Equal(["red", "blue"], TargetCoding.Classification(table, "state").Classes);
        Assert.Equal(["blue", "red"], TargetCoding.Classification(table, "state", positive: "red").Classes);
        Assert.Equal("positive: 'rde' of target 'state'; expected one of its classes. Did you mean 'red'?",
            Assert.Throws<InputException>(() => TargetCoding.Classification(table, "state", positive: "rde")).Message);
    }

    [Fact]
    public void One_and_true_are_positive_however_frequent()
    {
        Assert.Equal(["0", "1"], TargetCoding.Classification(Some.Table(Some.Number("y", 1, 1, 1, 0, 0)), "y").Classes);
        Assert.Equal(["false", "true"], TargetCoding.Classification(Some.Table(new NumberColumn("y", [1, 1, 1, 0, 0], isBoolean: true)), "y").Classes);
    }

    [Fact]
    public void Classes_go_to_indices_and_back_as_what_they_were()
    {
        var table = Some.Table(Some.Number("grade", 10, 9, 10, 9, 100, 100));
        var coding = Read(TargetCoding.Classification(table, "grade"));

        Assert.Equal(["9", "10", "100"], coding.Classes);
        Assert.Null(coding.Positive);
        Assert.Equal([1, 0, 2], coding.EncodeClasses(table, [0, 1, 4]));
        Assert.Equal("100", coding.DecodeClass(2).ToJsonString());
        Assert.Equal("true", TargetCoding.Classification(Some.Table(new NumberColumn("y", [1, 1, 0, 0], isBoolean: true)), "y").DecodeClass(1).ToJsonString());
        Assert.Equal("\"b\"", TargetCoding.Classification(Target("a", "a", "b", "b"), "state").DecodeClass(1).ToJsonString());
    }

    [Fact]
    public void A_table_of_zeros_and_ones_fits_a_model_of_true_and_false()
    {
        var coding = TargetCoding.Classification(Some.Table(new NumberColumn("y", [1, 1, 0, 0], isBoolean: true)), "y");
        Assert.Equal([0, 1], coding.EncodeClasses(Some.Table(Some.Number("y", 0, 1)), [0, 1]));
    }

    [Fact]
    public void Labels_that_training_did_not_know_are_all_reported()
    {
        var coding = TargetCoding.Classification(Target("a", "a", "b", "b"), "state");
        var error = Assert.Throws<InputException>(() => coding.EncodeClasses(Target("a", "c", "c", null), [0, 1, 2, 3]));
        Assert.Equal(["row 2: class 'c' in target 'state'; expected one of a, b.", "row 4: no value in target 'state'; expected one of a, b."], error.Problems.Select(p => p.ToString()));
    }

    [Fact]
    public void Numbers_are_standardised_inside_and_in_their_unit_outside()
    {
        var table = Some.Table(new NumberColumn("life", [10, 20, 30], "h"));
        var coding = Read(TargetCoding.Regression(table, "life"));

        double deviation = Math.Sqrt(200.0 / 3);
        Assert.Equal([(float)(-10 / deviation), 0, (float)(10 / deviation)], coding.EncodeValues(table, [0, 1, 2]));
        Assert.Equal(20 + (2 * deviation), coding.DecodeValue(2), 1e-12);
        Assert.Equal(("h", deviation), (coding.Unit, coding.Deviation));
    }

    [Fact]
    public void With_log_orders_of_magnitude_are_learnt_and_come_back()
    {
        var table = Some.Table(Some.Number("y", 0, 9, 99, 999, -9));
        var coding = Read(TargetCoding.Regression(table, "y", log: true));

        float[] coded = coding.EncodeValues(table, [0, 1, 2, 3, 4]);
        Assert.Equal(coded[2] - coded[1], coded[3] - coded[2], 1e-5); // 10, 100, 1000 are equally far apart
        Assert.Equal([0, 9, 99, 999, -9], coded.Select(c => Math.Round(coding.DecodeValue(c), 3)));
    }

    [Fact]
    public void Answers_stay_within_stated_limits()
    {
        var coding = Read(TargetCoding.Regression(Some.Table(Some.Number("life", 0, 125)), "life", lower: 0, upper: 125));
        Assert.Equal((0.0, 125.0), (coding.DecodeValue(-5), coding.DecodeValue(5)));
    }

    [Fact]
    public void Rows_without_a_target_are_left_out_with_a_note()
    {
        var usable = TargetCheck.Rows(Target("a", null, "b", "a", "b", null), "state", TargetKind.Classification);
        Assert.Equal([0, 2, 3, 4], usable.Rows);
        Assert.Equal(["2 of 6 rows have no value in target 'state' and are left out"], usable.Notes);
    }

    [Theory]
    [InlineData("stat", TargetKind.Classification, "no column 'stat' to be the target; expected a column of the data. Did you mean 'state'?")]
    [InlineData("one", TargetKind.Classification, "target 'one' has one class only: 'a' in all 4 rows; expected at least two classes. There is nothing to tell apart; add rows of the other class or name another target.")]
    [InlineData("none", TargetKind.Classification, "target 'none' has no value in any of 4 rows; expected a value in the rows to learn from.")]
    [InlineData("single", TargetKind.Classification, "class 'b' of target 'single' has a single row (row 3); expected at least two, one to learn from and one to test on. Add rows of that class, or leave the row out.")]
    [InlineData("constant", TargetKind.Regression, "target 'constant' is 5 in every row; expected values that differ. There is nothing to learn; name another target.")]
    [InlineData("state", TargetKind.Regression, "target 'state' holds text ('a' in row 1); expected numbers, for regression. Use task: classification, or name another target.")]
    [InlineData("at", TargetKind.Classification, "target 'at' holds points in time; expected text, booleans or numbers as classes.")]
    public void What_cannot_be_learnt_is_told_with_the_way_out(string target, TargetKind kind, string message)
    {
        var table = Some.Table(Some.Text("state", "a", "b", "a", "b"), Some.Text("one", "a", "a", "a", "a"), Some.Text("none", null, null, null, null),
            Some.Text("single", "a", "a", "b", "a"), Some.Number("constant", 5, 5, 5, 5), Some.Time("at", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"));
        Assert.Equal(message, Assert.Throws<InputException>(() => TargetCheck.Rows(table, target, kind)).Message);
    }

    [Theory, InlineData("{}"), InlineData("""{ "format": 1 }"""), InlineData("[]"), InlineData("""{ "format": 9 }""")]
    public void What_is_no_target_coding_is_refused(string json) => Assert.Throws<InputException>(() => TargetCoding.FromJson(JsonNode.Parse(json)!));
}
