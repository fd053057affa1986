namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads yes or no.</summary>
static class Conditions
{
    public static bool Read(Value value, Call call) =>
        value is { Type: ElementType.Bool, Count: 1 } ? value.Read<bool>()[0] : throw call.Wrong($"a condition of {value}", "a single Bool");
}
