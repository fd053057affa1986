namespace Takt.Monitoring.Simulation;

/// <summary>The faults that the simulated plant knows.</summary>
public enum FaultKind
{
    /// <summary>Spindle bearing: vibration grows, temperature and current follow.</summary>
    BearingDamage,

    /// <summary>Cutting tool: torque and vibration grow, wear runs faster; ends in breakage.</summary>
    ToolOverstrain,

    /// <summary>Spindle cooling: the temperature rises above what load and hall explain.</summary>
    CoolingFailure,

    /// <summary>Press hydraulics: pressure falls, the pump works harder, the oil warms.</summary>
    HydraulicLeak,

    /// <summary>Oven thermometer: the reading stays at its set-point; heater current and humidity tell that the oven does not.</summary>
    OvenSensorDrift,

    /// <summary>Screwdriver clutch: torque falls and scatters, the driver shakes.</summary>
    ClutchWear,
}

/// <summary>Names of fault kinds in tables and events.</summary>
public static class FaultKinds
{
    /// <summary>All kinds, in order.</summary>
    public static IReadOnlyList<FaultKind> All { get; } = Enum.GetValues<FaultKind>();

    /// <summary>The stable name, for example <c>bearing-damage</c>.</summary>
    public static string Id(this FaultKind kind) => kind switch
    {
        FaultKind.BearingDamage => "bearing-damage",
        FaultKind.ToolOverstrain => "tool-overstrain",
        FaultKind.CoolingFailure => "cooling-failure",
        FaultKind.HydraulicLeak => "hydraulic-leak",
        FaultKind.OvenSensorDrift => "oven-sensor-drift",
        FaultKind.ClutchWear => "clutch-wear",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "not a known fault kind"),
    };
}
