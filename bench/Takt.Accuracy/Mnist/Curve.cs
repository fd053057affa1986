using System.Text.Json.Serialization;

namespace Takt.Accuracy.Mnist;

/// <summary>One training: the mean loss of every so many steps, and the share of test digits that are right after each epoch.</summary>
sealed record Curve([property: JsonPropertyName("losses")] double[] Losses, [property: JsonPropertyName("accuracies")] double[] Accuracies)
{
    /// <summary>Steps that a loss is the mean of.</summary>
    public const int Every = 125;

    /// <summary>How far two curves lie apart: the root of the mean square of the differences, relative to the mean loss.</summary>
    public double DistanceTo(Curve other) =>
        Math.Sqrt(Losses.Zip(other.Losses, (a, b) => (a - b) * (a - b)).Average()) / Losses.Average();
}
