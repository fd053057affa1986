namespace Takt.Serving.Traces;

/// <summary>What of a call is traced.</summary>
[Flags]
public enum TraceLevels
{
    /// <summary>Nothing.</summary>
    Off = 0,

    /// <summary>When each phase began and ended.</summary>
    Timestamps = 1,

    /// <summary>Types, shapes and first values of what came and went, too.</summary>
    Tensors = 2,
}

/// <summary>Which calls are traced. What is null is settled further out: for a model by the server's settings, for the server by how it was started.</summary>
/// <param name="Level">What of a call.</param>
/// <param name="Rate">One call in so many, of those whose callers do not trace themselves; at least 1.</param>
/// <param name="Count">So many calls from now on and then no more; -1 = no end.</param>
public sealed record TraceSettings(TraceLevels? Level = null, int? Rate = null, int? Count = null)
{
    /// <summary>These, and of the others what these leave open.</summary>
    internal TraceSettings Over(TraceSettings others) => new(Level ?? others.Level, Rate ?? others.Rate, Count ?? others.Count);
}
