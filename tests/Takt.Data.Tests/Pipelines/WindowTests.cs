using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Tests.Pipelines;

public class WindowTests
{
    /// <summary>Unit a has cycles 1 to 5, unit b 1 to 2; the rows are shuffled. x is 10 · unit + cycle.</summary>
    static readonly Table Rows = Some.Table(
        Some.Text("unit", "b", "a", "a", "a", "b", "a", "a"), Some.Number("cycle", 2, 3, 1, 5, 1, 2, 4), Some.Number("x", 22, 13, 11, 15, 21, 12, 14));

    static FeatureBatch Windows(Window window, WindowRows which = WindowRows.AsFitted) =>
        Pipeline.Fit(Rows, Some.SchemaOf(Rows, ("unit", ColumnRole.Group), ("cycle", ColumnRole.Time)), new([window])).Transform(Rows, which);

    [Fact]
    public void Without_padding_only_full_histories_give_windows_and_none_crosses_a_group()
    {
        var batch = Windows(new Window { Length = 3, Padding = WindowPadding.None });

        Assert.Equal([3, 1], batch.FeatureShape);
        Assert.Equal([11, 12, 13, /**/ 12, 13, 14, /**/ 13, 14, 15], batch.Values);
        Assert.Equal([1, 6, 3], batch.Rows);
    }

    [Fact]
    public void Padding_repeats_the_groups_first_row()
    {
        var batch = Windows(new Window { Length = 3 });

        Assert.Equal(7, batch.Count);
        Assert.Equal([21, 21, 21, /**/ 21, 21, 22, /**/ 11, 11, 11], batch.Values[..9]); // groups in order of appearance: b first
        Assert.Equal([4, 0, 2, 5, 1, 6, 3], batch.Rows);
    }

    [Fact]
    public void Padding_with_zeros_and_for_short_groups_only()
    {
        Assert.Equal([0, 0, 21, /**/ 0, 21, 22, /**/ 0, 0, 11], Windows(new Window { Length = 3, Padding = WindowPadding.Zero }).Values[..9]);

        var brief = Windows(new Window { Length = 3, Padding = WindowPadding.Short });
        Assert.Equal([0, 1, 6, 3], brief.Rows);
        Assert.Equal([21, 21, 22], brief.Values[..3]);
    }

    [Fact]
    public void Stride_thins_windows_and_last_keeps_one_a_group()
    {
        Assert.Equal([1, 3], Windows(new Window { Length = 3, Stride = 2, Padding = WindowPadding.None }).Rows);
        Assert.Equal([0, 3], Windows(new Window { Length = 3, At = WindowAt.Last }).Rows);
    }

    [Fact]
    public void Predicting_may_ask_for_every_row_or_the_last_whatever_training_took()
    {
        Assert.Equal([1, 6, 3], Windows(new Window { Length = 3, Stride = 2, Padding = WindowPadding.None }, WindowRows.Every).Rows);
        Assert.Equal([0, 3], Windows(new Window { Length = 3, Stride = 2 }, WindowRows.Last).Rows);
    }
}
