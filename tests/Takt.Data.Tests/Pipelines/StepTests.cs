using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Pipelines;

/// <summary>Each step on numbers small enough to check by hand.</summary>
public class StepTests
{
    const double No = double.NaN;

    [Theory]
    [InlineData(ImputeWith.Median, 2)]
    [InlineData(ImputeWith.Mean, 4)]
    [InlineData(ImputeWith.MostFrequent, 1)]
    [InlineData(ImputeWith.Constant, -5)]
    public void Impute_fills_with_what_training_held(ImputeWith with, float expected)
    {
        var pipeline = Some.Fit(Some.Table(Some.Number("x", 1, 1, 3, 11, No)), new Impute { With = with, Value = with == ImputeWith.Constant ? "-5" : null });

        Assert.Equal([7, expected], pipeline.Feature(Some.Table(Some.Number("x", 7, No)), "x"));
    }

    [Fact]
    public void A_value_that_was_never_missing_in_training_is_filled_with_the_training_median_even_without_an_impute_step()
    {
        var pipeline = Some.Fit(Some.Table(Some.Number("x", 1, 2, 9)), new Standardise());

        float[] features = pipeline.Feature(Some.Table(Some.Number("x", No, 2)), "x");

        Assert.Equal(features[1], features[0]);
    }

    [Fact]
    public void The_indicator_comes_only_for_columns_that_had_gaps_in_training()
    {
        var pipeline = Some.Fit(Some.Table(Some.Number("x", 1, No), Some.Number("y", 1, 2)), new Impute { Indicator = true });

        Assert.Equal(["x", "y", "x missing"], pipeline.Features.Select(f => f.Name));
        Assert.Equal([1, 0], pipeline.Feature(Some.Table(Some.Number("x", No, 5), Some.Number("y", No, 5)), "x missing"));
    }

    [Fact]
    public void Forward_fill_takes_the_last_value_of_the_same_group_in_order_of_time()
    {
        var table = Some.Table(Some.Text("unit", "a", "b", "a", "b", "a"), Some.Number("cycle", 3, 1, 1, 2, 2), Some.Number("x", No, No, 5, 7, No));
        var pipeline = Pipeline.Fit(table, Some.SchemaOf(table, ("unit", ColumnRole.Group), ("cycle", ColumnRole.Time)), new([new Impute { With = ImputeWith.ForwardFill }]));

        // a: cycle 1 has 5, cycles 2 and 3 take it; b: cycle 1 has no past and takes the training median, (5 + 7) / 2
        Assert.Equal([5, 6, 5, 7, 5], pipeline.Feature(table, "x"));
    }

    [Fact]
    public void Clip_holds_values_within_training_quantiles_or_given_limits()
    {
        var table = Some.Table(Some.Number("x", [.. Enumerable.Range(0, 101).Select(i => (double)i)]));
        var rows = Some.Table(Some.Number("x", -50, 50, 500));

        Assert.Equal([5, 50, 95], Some.Fit(table, new Clip { LowerQuantile = 0.05, UpperQuantile = 0.95 }).Feature(rows, "x"));
        Assert.Equal([-50, 50, 60], Some.Fit(table, new Clip { Upper = 60 }).Feature(rows, "x"));
    }

    [Fact]
    public void Log_keeps_sign_and_zero()
    {
        var pipeline = Some.Fit(Some.Table(Some.Number("x", 1)), new Log());

        float[] y = pipeline.Feature(Some.Table(Some.Number("x", Math.E - 1, 0, 1 - Math.E, 1e-12)), "x");

        Assert.Equal([1, 0, -1, 1e-12f], y);
        Assert.Null(pipeline.Features[0].Unit);
    }

    [Fact]
    public void Standardise_by_condition_uses_each_conditions_own_mean_and_the_overall_one_for_a_new_condition()
    {
        var table = Some.Table(Some.Text("mode", "slow", "slow", "fast", "fast"), Some.Number("x", 1, 3, 10, 30));
        var pipeline = Pipeline.Fit(table, Some.SchemaOf(table, ("mode", ColumnRole.Ignored)), new([new Standardise { By = "mode" }]));

        float[] y = pipeline.Feature(Some.Table(Some.Text("mode", "slow", "fast", "idle"), Some.Number("x", 3, 30, 11)), "x");

        Assert.Equal([1, 1, 0], y); // slow 2 ± 1, fast 20 ± 10, overall mean 11
        Assert.Equal(["mode", "x"], pipeline.Inputs.Select(c => c.Name));
    }

    [Fact]
    public void The_settings_that_make_a_condition_are_scaled_for_all_rows_alike()
    {
        var table = Some.Table(Some.Number("speed", 10, 10.1, 90, 90.1), Some.Number("x", 1, 3, 10, 30));
        var pipeline = Some.Fit(table, new Condition { Columns = ["speed"], Count = 2 }, new Standardise { By = "condition" });

        Assert.Equal([-1, 1, -1, 1], pipeline.Feature(table, "x"));
        Assert.Equal([-1, -1, 1, 1], pipeline.Feature(table, "speed").Select(v => MathF.Round(v, 2)));
    }

    [Fact]
    public void Rare_categories_are_grouped_with_unknown_and_missing_ones()
    {
        var pipeline = Some.Fit(Some.Table(Some.Text("t", "a", "a", "a", "b", "b", "b", "c", "d")), new OneHot { Rare = 0.2 });

        Assert.Equal(["t = a", "t = b", "t = (other)"], pipeline.Features.Select(f => f.Name));
        Assert.Equal([1, 0, 0, /**/ 0, 0, 1, /**/ 0, 0, 1, /**/ 0, 0, 1], pipeline.Transform(Some.Table(Some.Text("t", "a", "d", "new", null))).Values);
        Assert.Equal(["column 't': 2 rare of 4 categories are grouped as other"], pipeline.Notes);
    }

    [Fact]
    public void Ordinal_counts_in_the_given_order_and_an_unknown_category_is_minus_one_or_the_typical_one()
    {
        var training = Some.Table(Some.Text("q", "low", "high", "high"));
        var rows = Some.Table(Some.Text("q", "high", "middle", "worst", null));
        string[] order = ["low", "middle", "high"];

        Assert.Equal([2, 1, -1, -1], Some.Fit(training, new Ordinal { Order = order }).Feature(rows, "q"));
        Assert.Equal([2, 1, 2, 2], Some.Fit(training, new Ordinal { Order = order, UnknownIsTypical = true }).Feature(rows, "q"));
        Assert.Equal("category 'low' of column 'q' (1 rows) is not in the order of step ordinal; expected every category in the order. Did you mean 'lower'?",
            Assert.Throws<InputException>(() => Some.Fit(training, new Ordinal { Order = ["lower", "high"] })).Message);
    }

    [Fact]
    public void Ordinal_sorts_numbers_by_size_when_no_order_is_given() =>
        Assert.Equal([2, 0, 1], Some.Fit(Some.Table(Some.Number("n", 10, 9, 100)), new Ordinal { Columns = ["n"] }).Feature(Some.Table(Some.Number("n", 100, 9, 10)), "n"));

    [Fact]
    public void Frequency_is_the_share_of_the_training_rows() =>
        Assert.Equal([0.75f, 0.25f, 0], Some.Fit(Some.Table(Some.Text("t", "a", "a", "a", "b")), new Frequency()).Feature(Some.Table(Some.Text("t", "a", "b", "c")), "t"));

    [Fact]
    public void Date_parts_turn_time_into_angles_and_counts()
    {
        var table = Some.Table(Some.Time("at", "2026-11-23T06:00:00", "2026-11-26T12:00:00")); // a Monday and a Thursday
        var pipeline = Some.Fit(table, new DateParts { Parts = [DatePart.Day, DatePart.Week, DatePart.Hour, DatePart.Weekday, DatePart.Month] });

        Assert.Equal(["at day sin", "at day cos", "at week sin", "at week cos", "at hour", "at weekday", "at month"], pipeline.Features.Select(f => f.Name));
        Assert.Equal([1, 0], pipeline.Feature(table, "at day sin").Select(v => MathF.Round(v, 6)));
        Assert.Equal([0, -1], pipeline.Feature(table, "at day cos").Select(v => MathF.Round(v, 6)));
        Assert.Equal(-1, pipeline.Feature(table, "at week cos")[1], 1e-6); // Thursday noon is half a week
        Assert.Equal([6, 12], pipeline.Feature(table, "at hour"));
        Assert.Equal([0, 3], pipeline.Feature(table, "at weekday"));
        Assert.Equal([11, 11], pipeline.Feature(table, "at month"));
    }

    [Fact]
    public void Smooth_looks_back_only_and_stays_in_its_group()
    {
        var table = Some.Table(Some.Text("unit", "a", "a", "b", "a"), Some.Number("x", 8, 4, 100, No));
        var schema = Some.SchemaOf(table, ("unit", ColumnRole.Group));

        Assert.Equal([8, 6, 100, 6], Pipeline.Fit(table, schema, new([new Smooth { Alpha = 0.5 }])).Feature(table, "x"));
        Assert.Equal([8, 6, 100, 4], Pipeline.Fit(table, schema, new([new Smooth { With = SmoothWith.Mean, Length = 2, Keep = true }])).Feature(table, "x smooth"));
    }

    [Fact]
    public void Lag_and_change_repeat_the_first_row_where_there_is_no_history()
    {
        var table = Some.Table(Some.Text("unit", "a", "a", "b", "a"), Some.Number("x", 8, 4, 100, 5));
        var schema = Some.SchemaOf(table, ("unit", ColumnRole.Group));

        Assert.Equal([8, 8, 100, 4], Pipeline.Fit(table, schema, new([new Lag()])).Feature(table, "x lag 1"));
        Assert.Equal([0, -4, 0, -3], Pipeline.Fit(table, schema, new([new Lag { Rows = 2, Change = true }])).Feature(table, "x change 2"));
    }

    [Fact]
    public void Derive_makes_power_of_torque_and_speed()
    {
        var table = Some.Table(new NumberColumn("Torque", [10, No], "Nm"), new NumberColumn("Rotational speed", [3000, 1], "rpm"));
        var pipeline = Some.Fit(table, new Derive { Name = "Power", Unit = "W", From = "Torque * [Rotational speed] * 2 * pi / 60" });

        Assert.Equal((float)(1000 * Math.PI), pipeline.Feature(table, "Power")[0]);
        var power = pipeline.Features[^1];
        Assert.Equal(("Power", "W"), (power.Name, power.Unit));
        Assert.Equal(["Torque", "Rotational speed"], power.Sources);
    }

    [Fact]
    public void What_cannot_be_computed_is_a_missing_value_and_never_reaches_the_network()
    {
        var table = Some.Table(Some.Number("x", 0, 1, 2, 4));
        var pipeline = Some.Fit(table, new Derive { Name = "y", From = "1 / x" });

        Assert.Equal([0.5f, 1, 0.5f, 0.25f], pipeline.Feature(table, "y")); // 1/0 takes the median of 1, 0.5 and 0.25
    }

    [Fact]
    public void A_huge_value_is_held_where_a_network_can_still_count()
    {
        var pipeline = Some.Fit(Some.Table(Some.Number("x", 0, 1)), new Standardise());
        Assert.All(pipeline.Transform(Some.Table(Some.Number("x", 1e300, -1e300))).Values, v => Assert.True(float.IsFinite(v * v)));
    }
}
