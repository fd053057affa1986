namespace Takt.Monitoring.Monitors;

/// <summary>What a monitor watches and when it speaks.</summary>
/// <param name="Name">Name of the monitor.</param>
/// <param name="Model">The model it asks: <c>name</c>, <c>name@alias</c> or <c>name:version</c>.</param>
public sealed record MonitorOptions(string Name, string Model)
{
    /// <summary>Readings above the threshold that raise an event; default 3.</summary>
    public int Required { get; init; } = 3;

    /// <summary>Out of so many last readings; default 5. With 3 of 5, single outliers stay silent and a real fault is flagged after three cycles at the earliest.</summary>
    public int Of { get; init; } = 5;

    /// <summary>Readings kept for charts; default 1,200 (ten minutes at two cycles a second).</summary>
    public int ReadingsKept { get; init; } = 1200;

    /// <summary>Events kept; default 200.</summary>
    public int EventsKept { get; init; } = 200;
}
