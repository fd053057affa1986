using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Frames;

/// <summary>A column on its way through the steps: its data, and what the features made of it must say about themselves.</summary>
/// <param name="Data">The values; never changed in place unless <see cref="IsOwned"/>.</param>
/// <param name="Unit">The unit of the values as they are now; null once scaled.</param>
/// <param name="IsFeature">Whether it reaches the network unless a step takes it away.</param>
/// <param name="Sources">The input columns it was made from.</param>
/// <param name="IsOwned">Whether the values belong to the frame, so that a step may overwrite them.</param>
sealed record FrameColumn(Column Data, string? Unit, bool IsFeature, IReadOnlyList<string> Sources, bool IsOwned)
{
    public string Name => Data.Name;

    public ColumnKind Kind => Data.Kind;

    /// <summary>Number or boolean values; only where the kind is one of the two.</summary>
    public double[] Numbers => ((NumberColumn)Data).Values;

    public bool IsNumeric => Data is NumberColumn;
}
