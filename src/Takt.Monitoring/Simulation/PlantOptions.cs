namespace Takt.Monitoring.Simulation;

/// <summary>How a simulated plant behaves.</summary>
/// <param name="Seed">The same seed gives the same plant on every machine.</param>
public sealed record PlantOptions(ulong Seed)
{
    /// <summary>Cycles between a repair and the next fault; default 120 to 360.</summary>
    public (int Minimum, int Maximum) HealthyCycles { get; init; } = (120, 360);

    /// <summary>Cycles from the onset of a fault to the failure; default 40 to 90.</summary>
    public (int Minimum, int Maximum) DevelopmentCycles { get; init; } = (40, 90);

    /// <summary>Cycles that the line runs on with the failed part before it is repaired; default 6 to 15.</summary>
    public (int Minimum, int Maximum) FailedCycles { get; init; } = (6, 15);

    /// <summary>Cycles of one order, before the product may change; default 90 to 260.</summary>
    public (int Minimum, int Maximum) OrderCycles { get; init; } = (90, 260);

    /// <summary>Cycle in which the first fault begins; null leaves it to chance.</summary>
    public int? FirstFault { get; init; }

    /// <summary>Kind of the first fault; null leaves it to chance.</summary>
    public FaultKind? FirstKind { get; init; }
}
