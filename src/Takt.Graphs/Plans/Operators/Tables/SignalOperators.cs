namespace Takt.Graphs.Plans.Operators;

/// <summary>Transforms and windows of signals.</summary>
static class SignalOperators
{
    public static OperatorGroup All { get; } = new()
    {

    };
}
