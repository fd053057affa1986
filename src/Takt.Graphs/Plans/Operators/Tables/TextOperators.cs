namespace Takt.Graphs.Plans.Operators;

/// <summary>Texts as elements.</summary>
static class TextOperators
{
    public static OperatorGroup All { get; } = new()
    {

    };
}
