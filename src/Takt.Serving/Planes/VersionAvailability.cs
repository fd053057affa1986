namespace Takt.Serving.Planes;

/// <summary>Whether a version can answer.</summary>
public enum Availability
{
    /// <summary>It is in memory and answers at once.</summary>
    Ready,

    /// <summary>It is not in memory; the first call that means it loads it.</summary>
    OnDemand,

    /// <summary>It is being loaded and tried.</summary>
    Loading,

    /// <summary>It did not load. After a while the next call tries anew.</summary>
    Failed,

    /// <summary>Its model is stopped, or the model's deployment serves other versions.</summary>
    NotServed,
}

/// <summary>Whether a version can answer, and if not, why.</summary>
/// <param name="State">Whether it can.</param>
/// <param name="Reason">Why it cannot; empty where there is nothing to say.</param>
public readonly record struct VersionAvailability(Availability State, string Reason = "");
