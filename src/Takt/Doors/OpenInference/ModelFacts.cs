using System.Globalization;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Registry;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Statistics;

namespace Takt.Doors.OpenInference;

/// <summary>What the Open Inference Protocol tells about models, whichever way it is spoken.</summary>
sealed class ModelFacts(DataPlane plane, ModelRegistry registry)
{
    /// <summary>What kinds of calls there are beyond the protocol's core.</summary>
    public static IReadOnlyList<string> Extensions { get; } =
        ["binary_tensor_data", "classification", "logging", "model_configuration", "model_repository", "parameters", "schedule_policy", "statistics", "trace"];

    /// <summary>What a model takes and gives.</summary>
    public async Task<ModelMetadata> MetadataAsync(ModelReference reference, CancellationToken stop)
    {
        var (description, number) = await plane.DescribeAsync(reference, stop);
        var models = (await plane.CatalogAsync(stop)).Models;
        var versions = models.FirstOrDefault(m => m.Name == reference.Name)?.Versions ?? throw new UnknownModelException(reference.UnknownModel([.. models.Select(m => m.Name)])); // deleted a moment ago
        var properties = new Dictionary<string, string> { ["version"] = Text(number), ["task"] = description.Task, ["target"] = description.Target };
        if (description.Unit is { } unit) properties["unit"] = unit;
        if (description.Classes is { } classes) properties["classes"] = string.Join(",", classes);
        if (description.WindowLength > 1) properties["window"] = Text(description.WindowLength);
        return new ModelMetadata(reference.Name, [.. versions.Select(v => Text(v.Number))], description.Platform, description.Inputs, description.Outputs, properties);
    }

    /// <summary>How a model is configured, in Triton's words, so that its load generator knows how to ask.</summary>
    public async Task<ModelConfiguration> ConfigurationAsync(ModelReference reference, CancellationToken stop)
    {
        var (description, _) = await plane.DescribeAsync(reference, stop);
        bool batches = description.RowsStandAlone;
        return new ModelConfiguration(
            reference.Name, description.Platform, "takt", batches ? MostRows : 0,
            [.. description.Inputs.Select(t => Configured(t, batches))], [.. description.Outputs.Select(t => Configured(t, batches))],
            batches ? new DynamicBatchingConfiguration(0) : null, new TransactionPolicy(Decoupled: description.Generates));
    }

    /// <summary>What was counted, of every version or of those that are asked for.</summary>
    /// <param name="reference">The model; null = all of them.</param>
    /// <param name="maySee">Which models the caller may know of.</param>
    /// <param name="stop">Ends the work early.</param>
    public async Task<StatisticsResponse> StatisticsAsync(ModelReference? reference, Func<string, bool> maySee, CancellationToken stop)
    {
        var all = plane.Statistics.Snapshot();
        if (reference is null) return new StatisticsResponse([.. all.Where(s => maySee(s.Model)).Select(ToMessage)]);
        int number = (await plane.ResolveAsync(reference, stop)).Version.Number; // what was counted is told of stopped and broken models, too, and loads none
        bool one = reference is { Alias: not null } or { Version: not null };
        var found = all.Where(s => s.Model == reference.Name && (!one || s.Version == number)).ToList();
        return new StatisticsResponse([.. (found.Count > 0 ? found : [new VersionStatistics(reference.Name, number)]).Select(ToMessage)]);
    }

    /// <summary>Every version of every model, and whether it can answer.</summary>
    /// <param name="readyOnly">Whether to leave out those that cannot.</param>
    /// <param name="maySee">Which models the caller may know of.</param>
    /// <param name="stop">Ends the work early.</param>
    public async Task<IReadOnlyList<RepositoryModel>> IndexAsync(bool readyOnly, Func<string, bool> maySee, CancellationToken stop)
    {
        var models = (await plane.CatalogAsync(stop)).Models;
        return [.. from model in models.OrderBy(m => m.Name, StringComparer.Ordinal)
                   where maySee(model.Name)
                   from version in model.Versions
                   let state = StateOf(model, version)
                   where !readyOnly || state.State == "READY"
                   select state];
    }

    /// <summary>Serves a model and loads the version that its bare name means; or unloads it and refuses its calls. The wish is kept: it holds after a restart, too.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelUnavailableException">It does not load.</exception>
    public async Task ServeAsync(string model, bool serve, CancellationToken stop)
    {
        var reference = new ModelReference(ResourceName.Check(model, "model name"));
        var models = registry.Models.List();   // not the plane's view: the model may have been registered a moment ago
        if (models.All(m => m.Name != model)) throw new UnknownModelException(reference.UnknownModel([.. models.Select(m => m.Name)]));
        registry.Deployments.SetActive(model, serve);
        await plane.SettleAsync(model, stop);
        if (serve) await plane.DescribeAsync(reference, stop);
    }

    /// <summary>More rows are computed in several batches: an upper end for clients that send whole batches.</summary>
    const int MostRows = 1024;

    RepositoryModel StateOf(CatalogModel model, CatalogVersion version)
    {
        var (state, reason) = plane.AvailabilityOf(model, version);
        return new RepositoryModel(model.Name, Text(version.Number), state switch { Availability.Ready => "READY", Availability.Loading => "LOADING", _ => "UNAVAILABLE" },
            state == Availability.OnDemand ? "unloaded" : reason);   // the protocol's word for what is loaded when it is asked for
    }

    static ConfiguredTensor Configured(TensorMetadata tensor, bool batches) =>
        new(tensor.Name, $"TYPE_{(tensor.Type == TensorType.Bytes ? "STRING" : tensor.Type.WireName())}", batches ? [.. tensor.Shape.Skip(1)] : tensor.Shape);

    Takt.Protocols.OpenInference.ModelStatistics ToMessage(VersionStatistics s) => new(
        s.Model, Text(s.Version), s.LastRequest?.ToUnixTimeMilliseconds() ?? 0, s.Rows, s.Executions,
        new InferenceStatistics(Sum(s.Success), Sum(s.Fail), Sum(s.Queue), Sum(s.Input), Sum(s.Compute), Sum(s.Output)), new Dictionary<string, string>(),
        [.. s.Batches.Select(b => new BatchStatistic(b.Rows, Sum(b.Input), Sum(b.Compute), Sum(b.Output)))],
        plane.MemoryOf(s.Model, s.Version) is { } bytes ? [new MemoryUsage("CPU", 0, bytes)] : []);

    static StatisticDuration Sum(DurationSum sum) => new(sum.Count, (long)sum.Time.TotalNanoseconds);

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
