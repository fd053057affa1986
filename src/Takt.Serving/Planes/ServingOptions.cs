using Takt.Protocols.Deployments;
using Takt.Serving.Energy;

namespace Takt.Serving.Planes;

/// <summary>How the data plane keeps models.</summary>
public sealed record ServingOptions
{
    /// <summary>Calls of models that are computed at once. Default one for each core.</summary>
    public int Places { get; init; } = Environment.ProcessorCount;

    /// <summary>How a model is served of which no deployment says anything.</summary>
    public DeploymentSpec Default { get; init; } = new();

    /// <summary>
    /// Bytes that loaded models may take together; beyond it those used least recently are let go. Default three quarters of what the process may use
    /// (the machine's memory, or its container's).
    /// </summary>
    public long MemoryBudget { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Where the energy of predictions is read from.</summary>
    public EnergyOptions Energy { get; init; } = new();

    /// <summary>How often the catalog is asked whether something changed. Default 1 s.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a version that no name or alias leads to any more stays loaded after its last call. Default 10 min: rolling back within that time costs no load.
    /// </summary>
    public TimeSpan IdleUnload { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a version that failed to load answers with that failure before the load is tried again. Default 5 s, so that calls do not pile up on a damaged file.</summary>
    public TimeSpan FailedLoadRetry { get; init; } = TimeSpan.FromSeconds(5);
}
