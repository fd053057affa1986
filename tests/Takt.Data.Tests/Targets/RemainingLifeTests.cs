using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Data.Tests.Pipelines;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Targets;

public class RemainingLifeTests
{
    static readonly Table Rows = Some.Table(Some.Text("unit", "a", "b", "a", "a"), new NumberColumn("cycle", [3, 7, 1, 2], "cycles"));

    static readonly Schema Roles = Some.SchemaOf(Rows, ("unit", ColumnRole.Group), ("cycle", ColumnRole.Time));

    static double[] Life(double? cap = null, double[]? lifeAfterLast = null) =>
        ((NumberColumn)RemainingLife.AddTo(Rows, Roles, cap, lifeAfterLast).Table[RemainingLife.DefaultName]).Values;

    [Fact]
    public void It_is_the_groups_last_time_less_the_rows_own_in_the_unit_of_time()
    {
        Assert.Equal([0, 0, 2, 1], Life());
        Assert.Equal([0, 0, 1, 1], Life(cap: 1));
        Assert.Equal([5, 4, 6, 6], Life(cap: 6, lifeAfterLast: [5, 4]));
        Assert.Equal("cycles", RemainingLife.AddTo(Rows, Roles).Schema.Target!.Unit);
    }

    [Fact]
    public void Points_in_time_give_hours()
    {
        var life = RemainingLife.Compute(Some.Table(Some.Number("x", 1, 2)), [], Some.Time("at", "2026-01-01T00:00:00", "2026-01-02T12:00:00"));
        Assert.Equal([36, 0], life.Values);
        Assert.Equal("h", life.Unit);
    }

    [Fact]
    public void What_it_cannot_be_computed_from_is_told()
    {
        Assert.Equal("remaining life as target, but no time column; expected a column that says when (cycle, hours). Name it: data: { time: cycle, group: unit }.",
            Assert.Throws<InputException>(() => RemainingLife.AddTo(Rows, Some.SchemaOf(Rows))).Message);
        Assert.Equal("3 lives after the last row; expected 2, one for each group in the data.", Assert.Throws<InputException>(() => Life(lifeAfterLast: [1, 2, 3])).Message);
        Assert.Equal("row 1: no time in column 'cycle'; expected a time in every row, as remaining life is counted from it.",
            Assert.Throws<InputException>(() => RemainingLife.AddTo(Rows.With(Some.Number("cycle", double.NaN, 1, 1, 1)), Roles)).Message);
    }
}
