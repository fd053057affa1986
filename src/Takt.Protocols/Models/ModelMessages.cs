using System.Text.Json.Nodes;

namespace Takt.Protocols.Models;

/// <summary>All models: <c>GET /api/models</c>.</summary>
/// <param name="Models">The models, by name.</param>
public sealed record ModelsResponse(IReadOnlyList<ModelSummary> Models);

/// <summary>A model in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">The version that the bare name means.</param>
/// <param name="Aliases">Version number by alias.</param>
/// <param name="Versions">Its versions, oldest first.</param>
public sealed record ModelSummary(string Name, int Default, IReadOnlyDictionary<string, int> Aliases, IReadOnlyList<VersionSummary> Versions);

/// <summary>A version in a list.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Task">classification, regression, …</param>
/// <param name="Target">What it predicts.</param>
/// <param name="MetricName">The metric to tell versions apart by, on the test part, or null.</param>
/// <param name="MetricValue">Its value, or null.</param>
/// <param name="CreatedAt">When it was registered.</param>
/// <param name="RunId">The run that made it, or null for an import.</param>
/// <param name="PackageSha256">Hash of its package.</param>
/// <param name="PackageBytes">Size of its package.</param>
public sealed record VersionSummary(
    int Number, string Task, string Target, string? MetricName, double? MetricValue, DateTimeOffset CreatedAt, string? RunId, string PackageSha256, long PackageBytes);

/// <summary>One model in full: <c>GET /api/models/{model}</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that was asked for; card and metrics are this one's.</param>
/// <param name="Card">Its model card.</param>
/// <param name="Metrics">Its metrics on every part of the data.</param>
/// <param name="Aliases">Version number by alias.</param>
/// <param name="Versions">All versions, oldest first.</param>
/// <param name="AliasMoves">Where aliases pointed, oldest first.</param>
public sealed record ModelDetails(
    string Name, VersionSummary Version, JsonNode? Card, JsonNode? Metrics, IReadOnlyDictionary<string, int> Aliases,
    IReadOnlyList<VersionSummary> Versions, IReadOnlyList<AliasMoveSummary> AliasMoves);

/// <summary>One move of an alias.</summary>
/// <param name="Alias">The alias.</param>
/// <param name="From">Where it pointed; null = it was new.</param>
/// <param name="To">Where it points; null = it was removed.</param>
/// <param name="MovedAt">When.</param>
public sealed record AliasMoveSummary(string Alias, int? From, int? To, DateTimeOffset MovedAt);

/// <summary>Lets an alias point to a version: <c>POST /api/models/{model}/aliases</c>.</summary>
/// <param name="Alias">The alias, such as champion.</param>
/// <param name="Version">The version's number.</param>
public sealed record AliasRequest(string Alias, int Version);

/// <summary>The aliases of a model after a change.</summary>
/// <param name="Name">The model.</param>
/// <param name="Aliases">Version number by alias.</param>
public sealed record AliasesResponse(string Name, IReadOnlyDictionary<string, int> Aliases);
