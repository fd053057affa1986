namespace Takt.Serving.Energy;

/// <summary>Where the energy of predictions is read from.</summary>
public sealed record EnergyOptions
{
    /// <summary>What a busy core is taken to draw where the machine tells nothing.</summary>
    public const double DefaultWattsPerCore = 10;

    /// <summary>The folder that stands for <c>/</c>: counters are <c>sys/class/powercap/intel-rapl:*/energy_uj</c> under it. Default the machine's own.</summary>
    public string Root { get; init; } = "/";

    /// <summary>
    /// Watts of a busy core, its share of caches and memory included, where there are no counters. Default <see cref="DefaultWattsPerCore"/>: about what industrial PCs
    /// (15 to 45 W for 4 cores) and servers (200 W for 24) draw more under load than at rest.
    /// </summary>
    public double WattsPerCore { get; init; } = DefaultWattsPerCore;
}
