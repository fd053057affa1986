using Takt.Protocols.Deployments;
using Takt.Serving.Planes;
using Takt.Serving.Statistics;

namespace Takt.Web.Reading;

/// <summary>One deployment: what is wanted, what is, and how each version has fared since the server started.</summary>
/// <param name="State">What is wanted and what is.</param>
/// <param name="Statistics">What was counted, by version.</param>
public sealed record DeploymentReport(DeploymentState State, IReadOnlyDictionary<int, VersionStatistics> Statistics)
{
    /// <summary>Where it stands; the worst that holds.</summary>
    public DeploymentCondition Condition =>
        State.Spec is { Active: false } ? DeploymentCondition.Stopped
        : State.Problem is not null || StateOf(VersionCondition.Unavailable) ? DeploymentCondition.Failing
        : StateOf(VersionCondition.Loading) ? DeploymentCondition.Loading
        : StateOf(VersionCondition.Ready) ? DeploymentCondition.Ready
        : DeploymentCondition.Unloaded;

    /// <summary>Memory of all its versions.</summary>
    public long MemoryBytes => State.Versions.Sum(version => version.MemoryBytes);

    /// <summary>Calls that wait for any of its versions.</summary>
    public int Waiting => State.Versions.Sum(version => version.Waiting);

    /// <summary>Versions that answer, are in memory or were asked something, the newest first.</summary>
    public IReadOnlyList<DeployedVersion> Versions =>
    [
        .. State.Answering.Select(one => one.Version).Concat(State.Versions.Select(one => one.Version)).Concat(Statistics.Keys).Distinct().OrderDescending()
            .Select(number => new DeployedVersion(
                number, State.Answering.FirstOrDefault(one => one.Version == number)?.Share ?? 0,
                State.Versions.FirstOrDefault(one => one.Version == number), Statistics.GetValueOrDefault(number))),
    ];

    /// <summary>Versions that answer, the one with most of the traffic first.</summary>
    public IReadOnlyList<DeployedVersion> Answering => [.. Versions.Where(version => version.Share > 0).OrderByDescending(version => version.Share)];

    /// <summary>Every deployment, by name.</summary>
    public static async Task<IReadOnlyList<DeploymentReport>> AllAsync(DataPlane plane, CancellationToken stop)
    {
        var counted = plane.Statistics.Snapshot().ToLookup(one => one.Model);
        return [.. (await plane.DeploymentsAsync(stop)).Select(state => new DeploymentReport(state, counted[state.Model].ToDictionary(one => one.Version)))];
    }

    bool StateOf(string state) => State.Versions.Any(version => version.State == state);
}

/// <summary>One version of a deployment.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Share">Its share of the traffic, 0 to 1.</param>
/// <param name="State">How it is; null = it is not in memory.</param>
/// <param name="Counts">What was counted; null = nobody asked it.</param>
public sealed record DeployedVersion(int Number, double Share, VersionState? State, VersionStatistics? Counts);

/// <summary>Where a deployment stands.</summary>
public enum DeploymentCondition
{
    /// <summary>It answers.</summary>
    Ready,

    /// <summary>A version is on its way.</summary>
    Loading,

    /// <summary>Nothing is in memory; the first call loads it.</summary>
    Unloaded,

    /// <summary>It is not to be served.</summary>
    Stopped,

    /// <summary>What is wanted cannot be done.</summary>
    Failing,
}

/// <summary>The states of a version as the Open Inference Protocol's repository index names them.</summary>
static class VersionCondition
{
    public const string Ready = "READY", Loading = "LOADING", Unavailable = "UNAVAILABLE";
}
