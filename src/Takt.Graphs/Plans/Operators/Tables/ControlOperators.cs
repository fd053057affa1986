namespace Takt.Graphs.Plans.Operators;

/// <summary>Graphs inside nodes, and sequences of values.</summary>
static class ControlOperators
{
    public static OperatorGroup All { get; } = new()
    {

    };
}
