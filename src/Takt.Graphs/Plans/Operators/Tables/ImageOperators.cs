namespace Takt.Graphs.Plans.Operators;

/// <summary>Planes: resizing, sampling, boxes.</summary>
static class ImageOperators
{
    public static OperatorGroup All { get; } = new()
    {

    };
}
