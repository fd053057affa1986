namespace Takt.Graphs.Plans.Operators;

/// <summary>Many elements become one: sums, greatest, order, running sums.</summary>
static class ReductionOperators
{
    public static OperatorGroup All { get; } = new()
    {
        ["Det"] = (1, _ => new Det()),
    };
}
