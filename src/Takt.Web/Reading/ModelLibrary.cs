using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.Names;
using Takt.Registry;
using Takt.Registry.Models;
using Takt.Registry.Runs;
using Takt.Serving.Planes;

namespace Takt.Web.Reading;

/// <summary>What the model pages read from the registry, and who answers from the data plane.</summary>
sealed class ModelLibrary(ModelRegistry registry, DataPlane plane)
{
    /// <summary>All models, by name.</summary>
    public async Task<IReadOnlyList<ModelEntry>> ModelsAsync(CancellationToken stop)
    {
        var deployments = (await DeploymentReport.AllAsync(plane, stop)).ToDictionary(one => one.State.Model);
        return [.. registry.Models.List().Select(model =>
        {
            VersionEntry[] versions = [.. model.Versions.Reverse().Select(version => Entry(model, version))];
            var deployment = deployments.GetValueOrDefault(model.Name);
            int? served = deployment?.Answering is [var first, ..] ? first.Number : new ModelReference(model.Name).NumberAmong([.. model.Versions.Select(version => version.Number)], model.Aliases);
            return new ModelEntry(model.Name, versions, versions.FirstOrDefault(entry => entry.Version.Number == served) ?? versions[0], deployment);
        })];
    }

    /// <summary>What is known of one version.</summary>
    public VersionReport Report(VersionEntry version)
    {
        var record = version.Version.RunId is { } id ? Parse(registry.Runs.Get(id).Record) : null;
        // An ensemble has several curves; the first tells how such a network learns.
        var member = (record?["members"] as JsonArray)?.FirstOrDefault();
        var curve = member?["curve"].Deserialize<List<CurvePoint>>(JsonSerializerOptions.Web) ?? [];
        return new VersionReport(version, curve, member?["bestEpoch"]?.GetValue<int>() is > 0 and var best ? best : null, Card(version.Version));
    }

    /// <summary>The last trainings, the newest first, each with the version it made.</summary>
    public IReadOnlyList<(Run Run, ModelVersion? Made)> Runs()
    {
        var made = registry.Models.List().SelectMany(model => model.Versions).Where(version => version.RunId is not null).ToLookup(version => version.RunId);
        return [.. registry.Runs.List().Select(run => (run, made[run.Id].FirstOrDefault()))];
    }

    static VersionEntry Entry(Model model, ModelVersion version) =>
        new(version, [.. model.Aliases.Where(alias => alias.Value == version.Number).Select(alias => alias.Key).Order(StringComparer.Ordinal)], Parse(version.Metrics));

    /// <summary>The card's text from the package; null where the package is missing or has none, which the page then does without.</summary>
    string? Card(ModelVersion version)
    {
        string path = registry.Packages.PathOf(version.PackageSha256);
        if (!File.Exists(path)) return null;
        using var package = ZipFile.OpenRead(path);
        if (package.GetEntry("card.md") is not { } part) return null;
        using var text = new StreamReader(part.Open());
        return text.ReadToEnd();
    }

    static JsonNode? Parse(string? json) => string.IsNullOrEmpty(json) ? null : JsonNode.Parse(json);
}

/// <summary>A model with its versions.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions, the newest first.</param>
/// <param name="Served">The version that answers most calls of the bare name.</param>
/// <param name="Deployment">Who answers; null for a model that the data plane has not heard of yet.</param>
public sealed record ModelEntry(string Name, IReadOnlyList<VersionEntry> Versions, VersionEntry Served, DeploymentReport? Deployment);

/// <summary>What pages ask of a version.</summary>
static class VersionQuestions
{
    /// <summary>Whether there is a form to try it: an imported graph takes tensors and has none.</summary>
    public static bool TakesRows(this ModelVersion version) => version.Task != "tensors";
}

/// <summary>A version in a list.</summary>
/// <param name="Version">As the registry knows it.</param>
/// <param name="Aliases">Aliases that point to it.</param>
/// <param name="Metrics">Metrics by part of the data: <c>train</c>, <c>validation</c>, <c>test</c>; null if unknown.</param>
public sealed record VersionEntry(ModelVersion Version, IReadOnlyList<string> Aliases, JsonNode? Metrics);

/// <summary>All that a page shows of a version.</summary>
/// <param name="Entry">What the list says.</param>
/// <param name="Curve">The learning curve, epoch by epoch; empty for an import.</param>
/// <param name="BestEpoch">The epoch whose weights were kept; null if unknown.</param>
/// <param name="Card">The model card (Markdown); null if there is none.</param>
public sealed record VersionReport(VersionEntry Entry, IReadOnlyList<CurvePoint> Curve, int? BestEpoch, string? Card);

/// <summary>One epoch of a learning curve.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean loss on the training part.</param>
/// <param name="ValidationLoss">Mean loss on the validation part; null without one.</param>
public sealed record CurvePoint(int Epoch, double Loss, double? ValidationLoss);
