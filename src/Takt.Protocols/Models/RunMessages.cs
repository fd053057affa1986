using System.Text.Json.Nodes;

namespace Takt.Protocols.Models;

/// <summary>The latest runs: <c>GET /api/runs</c>.</summary>
/// <param name="Runs">Newest first.</param>
public sealed record RunsResponse(IReadOnlyList<RunSummary> Runs);

/// <summary>A run in a list.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="Name">The model it trains.</param>
/// <param name="Task">The task, once known.</param>
/// <param name="Status">How far it is.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it runs.</param>
/// <param name="Failure">Why it failed; null if it did not.</param>
public sealed record RunSummary(string Id, string Name, string? Task, RunStatus Status, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Failure);

/// <summary>One run in full: <c>GET /api/runs/{id}</c>.</summary>
/// <param name="Run">The run.</param>
/// <param name="Seed">Its seed, as text: it may need all 64 bits.</param>
/// <param name="DataSha256">Hash of the training file, once read.</param>
/// <param name="Spec">The train spec.</param>
/// <param name="Record">Curves, metrics, timings and environment; null until it ends.</param>
public sealed record RunDetails(RunSummary Run, string Seed, string? DataSha256, JsonNode? Spec, JsonNode? Record);
