namespace Takt.Data.Pipelines;

/// <summary>Prepared samples, ready for the network.</summary>
/// <param name="Values">All samples one after another, row-major: shape [<paramref name="Count"/>, …<paramref name="FeatureShape"/>]. No NaN, no infinity.</param>
/// <param name="Count">The number of samples.</param>
/// <param name="FeatureShape">Of one sample: [features], or [rows of the window, features], oldest row first.</param>
/// <param name="Rows">The row of the table that each sample answers for; for a window its last row. Windows come group by group, rising in time.</param>
public sealed record FeatureBatch(float[] Values, int Count, int[] FeatureShape, int[] Rows);

/// <summary>One input of the network.</summary>
/// <param name="Name">What it is called: <c>Torque</c>, <c>Type = L</c>, <c>Started day sin</c>.</param>
/// <param name="Unit">Its unit, or null once it is scaled.</param>
/// <param name="Sources">The input columns it is made from.</param>
public sealed record FeatureName(string Name, string? Unit, IReadOnlyList<string> Sources);

/// <summary>Which rows get a window. Without a window step it makes no difference: every row is a sample.</summary>
public enum WindowRows
{
    /// <summary>As the window step says, its stride included: for training (the default).</summary>
    AsFitted,

    /// <summary>Every row with enough history: for predicting along a history.</summary>
    Every,

    /// <summary>The last row of each group: for the state of things now.</summary>
    Last,
}
