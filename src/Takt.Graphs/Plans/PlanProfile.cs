namespace Takt.Graphs.Plans;

/// <summary>Where the time of a run goes.</summary>
/// <param name="Runs">How many runs were timed, after some that were not.</param>
/// <param name="MillisecondsPerRun">All nodes of one run together, on average.</param>
/// <param name="Nodes">What runs, in order, after folding and fusing.</param>
public sealed record PlanProfile(int Runs, double MillisecondsPerRun, IReadOnlyList<NodeTime> Nodes);

/// <summary>The time of one node.</summary>
/// <param name="Node">Its name in the file; of nodes that were fused, the first.</param>
/// <param name="Operator">The operator, and the activation that was fused into it.</param>
/// <param name="Kernel">What computes it.</param>
/// <param name="Sizes">Sizes of its first output.</param>
/// <param name="Milliseconds">On average a run.</param>
/// <param name="Share">Of the run, 0 to 1.</param>
public sealed record NodeTime(string Node, string Operator, string Kernel, IReadOnlyList<int> Sizes, double Milliseconds, double Share);
