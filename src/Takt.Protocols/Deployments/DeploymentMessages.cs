namespace Takt.Protocols.Deployments;

/// <summary>A deployment: what is wanted and what is.</summary>
/// <param name="Model">The model.</param>
/// <param name="Spec">What is wanted; null = nothing was said, the model is served on demand.</param>
/// <param name="Revision">How often the wish has changed, from 1; 0 = never said.</param>
/// <param name="ChangedAt">When it last did.</param>
/// <param name="Answering">The versions that answer for the bare name now, with the share of each; they change all at once, when every version of a new wish is ready.</param>
/// <param name="Versions">The versions in memory or on their way there or out, and those that failed.</param>
/// <param name="Problem">Why the wish is not met, or null.</param>
public sealed record DeploymentState(
    string Model, DeploymentSpec? Spec, int Revision, DateTimeOffset? ChangedAt,
    IReadOnlyList<AnsweringVersion> Answering, IReadOnlyList<VersionState> Versions, string? Problem)
{
    /// <summary>Calls that were refused because the model is stopped: they belong to no version. Null = there were none since the server started.</summary>
    public RefusedState? Refused { get; init; }
}

/// <summary>Calls of a stopped model.</summary>
/// <param name="Count">How many were refused since the server started.</param>
/// <param name="Last">When the last one was.</param>
public sealed record RefusedState(long Count, DateTimeOffset Last);

/// <summary>A version that answers for the bare name.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Share">Its share of the traffic that no rule leads elsewhere, 0 to 1.</param>
public sealed record AnsweringVersion(int Version, double Share);

/// <summary>A version as it is.</summary>
/// <param name="Version">Its number.</param>
/// <param name="State">READY, LOADING or UNAVAILABLE, as in the Open Inference Protocol's repository index.</param>
/// <param name="Reason">Why it is not ready, or null.</param>
/// <param name="MemoryBytes">Memory it holds.</param>
/// <param name="Waiting">Calls that wait for it now.</param>
/// <param name="Batching">How calls are computed together now, and why so.</param>
/// <param name="Shadow">How it compares with the version whose calls it repeats; null = it is nobody's shadow.</param>
public sealed record VersionState(
    int Version, string State, string? Reason, long MemoryBytes, int Waiting, BatchingState Batching, ShadowState? Shadow)
{
    /// <summary>What its computing has taken since the server started; null = it has not computed.</summary>
    public EnergyState? Energy { get; init; }
}

/// <summary>What the computing of a version has taken.</summary>
/// <param name="CpuSeconds">Seconds of cores.</param>
/// <param name="Joules">Energy.</param>
/// <param name="JoulesPerRow">Energy of one answered row; null before the first.</param>
/// <param name="Source"><c>package</c>: the processors' own counters, shared out by CPU time; <c>estimate</c>: CPU seconds times a stated power.</param>
public sealed record EnergyState(double CpuSeconds, double Joules, double? JoulesPerRow, string Source);

/// <summary>How calls are computed together.</summary>
/// <param name="MostRows">Rows computed at once at most.</param>
/// <param name="DelayMs">How long a call waits for others although a worker is free.</param>
/// <param name="FixedMs">What a call of the backend takes beside its rows, measured.</param>
/// <param name="RowMs">What one row more takes, measured.</param>
/// <param name="Why">Why so, in words.</param>
public sealed record BatchingState(int MostRows, double DelayMs, double FixedMs, double RowMs, string Why)
{
    /// <summary>The same reasons as codes with their numbers: of the rows, then of the waiting. Empty from a server that does not tell them.</summary>
    public IReadOnlyList<BatchingReason> Reasons { get; init; } = [];
}

/// <summary>How a shadow compares.</summary>
/// <param name="Compared">Calls whose two answers were compared.</param>
/// <param name="Equal">Those that were equal to the last bit.</param>
/// <param name="Decisions">Answers (rows) whose label or truth differs.</param>
/// <param name="GreatestDifference">The greatest difference between two numbers; null = none was compared.</param>
/// <param name="GreatestAt">Where that was: the output or column.</param>
/// <param name="Failed">Calls that the shadow failed to answer.</param>
/// <param name="Skipped">Calls that were not repeated, because the shadow had enough to do.</param>
public sealed record ShadowState(long Compared, long Equal, long Decisions, double? GreatestDifference, string? GreatestAt, long Failed, long Skipped);

/// <summary>All deployments, by model.</summary>
/// <param name="Deployments">One for each model.</param>
public sealed record DeploymentsResponse(IReadOnlyList<DeploymentState> Deployments);

/// <summary>An order to start, to stop or to roll back.</summary>
/// <param name="Reason">Why, for the log; null = none was given.</param>
public sealed record DeploymentOrder(string? Reason = null);
