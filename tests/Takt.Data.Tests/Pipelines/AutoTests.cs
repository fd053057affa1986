using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Pipelines;

public class AutoTests
{
    static double[] Numbers(int rows, Func<int, double> value) => [.. Enumerable.Range(0, rows).Select(value)];

    static string[] Texts(int rows, Func<int, string> value) => [.. Enumerable.Range(0, rows).Select(value)];

    [Fact]
    public void Columns_that_teach_nothing_are_left_out_and_said_so()
    {
        var pipeline = Some.Fit(Some.Table(
            Some.Number("x", Numbers(200, i => i)), Some.Number("constant", Numbers(200, _ => 7)), Some.Number("nothing", Numbers(200, _ => double.NaN)),
            Some.Text("serial", Texts(200, i => $"S{i}")), Some.Number("switch", Numbers(200, i => i % 2 == 0 ? 1 : double.NaN))), new Auto());

        Assert.Equal(["x", "switch missing"], pipeline.Features.Select(f => f.Name));
        Assert.Equal(["x", "switch"], pipeline.Inputs.Select(c => c.Name));
        Assert.Equal(
        [
            "left out, as every training value is missing: nothing",
            "left out, as nearly every value differs, as in a serial number: serial",
            "left out, as the training value never changes: constant",
            "left out, as only whether there is a value tells anything, which its indicator says: switch",
        ], pipeline.Notes);
    }

    [Fact]
    public void Text_with_many_categories_becomes_frequencies_and_with_few_one_hot()
    {
        var pipeline = Some.Fit(Some.Table(Some.Text("supplier", Texts(600, i => $"s{i % 60}")), Some.Text("shift", Texts(600, i => $"{i % 3}"))), new Auto());

        Assert.Equal(["supplier", "shift = 0", "shift = 1", "shift = 2"], pipeline.Features.Select(f => f.Name).OrderByDescending(n => n == "supplier").ThenBy(n => n));
    }

    [Fact]
    public void A_long_tail_is_pulled_in_before_it_is_standardised()
    {
        double[] tail = Numbers(100, i => Math.Exp(i / 10.0)), logs = [.. tail.Select(v => Math.Log(1 + v))];
        double mean = logs.Average(), deviation = Math.Sqrt(logs.Average(l => (l - mean) * (l - mean)));

        var pipeline = Some.Fit(Some.Table(Some.Number("x", tail)), new Auto());

        Assert.Equal((logs[30] - mean) / deviation, pipeline.Feature(Some.Table(Some.Number("x", tail[30])), "x")[0], 1e-6);
    }

    [Fact]
    public void Of_a_time_only_the_cycles_are_kept_that_training_went_round()
    {
        TimeColumn Hours(int count) => new("at", [.. Enumerable.Range(0, count).Select(i => (DateTime?)new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(i))]);
        string[] Features(int hours) => [.. Some.Fit(Some.Table(Some.Number("x", Numbers(hours, i => i)), Hours(hours)), new Auto()).Features.Skip(1).Select(f => f.Name)];

        Assert.Empty(Features(20));
        Assert.Equal(["at day sin", "at day cos"], Features(48));
        Assert.Equal(["at day sin", "at day cos", "at week sin", "at week cos"], Features(24 * 10));
    }

    [Fact]
    public void By_a_text_column_numbers_are_standardised_for_each_of_its_values_and_the_column_is_encoded_too()
    {
        var table = Some.Table(Some.Text("mode", "slow", "slow", "fast", "fast"), Some.Number("x", 1, 3, 10, 30), Some.Number("limit", 5, 5, 50, 50));

        var pipeline = Some.Fit(table, new Auto { By = "mode" });

        Assert.Equal(["x", "mode = fast", "mode = slow"], pipeline.Features.Select(f => f.Name));
        Assert.Equal([-1, 1, -1, 1], pipeline.Feature(table, "x"));
        Assert.Equal(["left out, as within a condition the training value never changes: limit"], pipeline.Notes);
    }

    [Fact]
    public void Nothing_to_learn_from_is_an_error_with_its_sentence() =>
        Assert.Equal("no feature is left after the last step; expected at least one. See the roles of the columns and what the steps drop.",
            Assert.Throws<InputException>(() => Some.Fit(Some.Table(Some.Number("x", 1, 1)), new Auto())).Message);

    [Fact]
    public void No_rows_are_an_error_with_its_sentence() =>
        Assert.Equal("no training rows; expected at least one.", Assert.Throws<InputException>(() => Some.Fit(Some.Table(Some.Number("x")), new Auto())).Message);
}
