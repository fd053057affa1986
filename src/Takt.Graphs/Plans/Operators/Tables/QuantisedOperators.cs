namespace Takt.Graphs.Plans.Operators;

/// <summary>Whole numbers that stand for numbers.</summary>
static class QuantisedOperators
{
    public static OperatorGroup All { get; } = new()
    {

    };
}
