namespace Takt.Graphs.Quantising;

/// <summary>Between which numbers the values lie that feed a model's layers.</summary>
public sealed class ActivationRanges
{
    readonly Dictionary<string, (float Low, float High)> _ranges;

    internal ActivationRanges(Dictionary<string, (float Low, float High)> ranges) => _ranges = ranges;

    /// <summary>How many values.</summary>
    public int Count => _ranges.Count;

    /// <summary>Scale and zero point in 0 to 255 so that the range and 0 itself fit; null for a value that was not seen.</summary>
    internal (float Scale, byte Zero)? Of(string value)
    {
        if (!_ranges.TryGetValue(value, out var range)) return null;
        float low = MathF.Min(0, range.Low), high = MathF.Max(0, range.High), scale = high > low ? (high - low) / byte.MaxValue : 1;
        return (scale, (byte)Math.Clamp(MathF.Round(-low / scale), byte.MinValue, byte.MaxValue));
    }
}
