using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Takt.Protocols.Deployments;
using Takt.Serving.Energy;
using Takt.Serving.Planes;

namespace Takt.Serving.Statistics;

/// <summary>
/// Counts what the data plane does: as instruments of the meter <c>Takt.Serving</c> for whoever listens, and as a picture for pages and protocols.
/// Names that callers made up never become labels, so nobody can fill the memory with them.
/// </summary>
public sealed class ServingStatistics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Takt.Serving";

    readonly ConcurrentDictionary<(string Model, int Version), VersionCounts> _versions = new();
    readonly ConcurrentDictionary<string, RefusedState> _stopped = new();
    readonly ServingInstruments _instruments;
    readonly Meter _meter;
    readonly EnergyMeter _energy;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes and owns the meter.</param>
    /// <param name="energy">What computing takes; null = the machine's counters, or an estimate.</param>
    public ServingStatistics(IMeterFactory meters, EnergyMeter? energy = null)
    {
        _energy = energy ?? new EnergyMeter(new EnergyOptions());
        _meter = meters.Create(MeterName);
        _instruments = new ServingInstruments(_meter);
        TritonInstruments.Create(_meter, Snapshot, () => _stopped);
        _meter.CreateObservableCounter("takt.serving.energy",
            () => Snapshot().Select(v => new Measurement<double>(v.Joules, new("model", v.Model), new("version", v.Version), new("source", EnergySource))),
            "J", "Energy of a model's computing, by the processors' counters (source package) or from CPU seconds and a stated power (source estimate)");
        _meter.CreateObservableCounter("takt.serving.cpu", () => Snapshot().Select(v => new Measurement<double>(v.Cpu.TotalSeconds, new("model", v.Model), new("version", v.Version))), "s", "CPU time of a model's computing");
    }

    /// <summary>Where figures of energy come from: <c>package</c> or <c>estimate</c>.</summary>
    public string EnergySource => _energy.Source;

    /// <summary>The picture of now, by model and version.</summary>
    public IReadOnlyList<VersionStatistics> Snapshot()
    {
        SettleEnergy();
        return [.. _versions.OrderBy(v => v.Key.Model, StringComparer.Ordinal).ThenBy(v => v.Key.Version).Select(v => v.Value.Snapshot())];
    }

    /// <summary>Calls of a model that were refused because it is not to be served: they belong to no version. Null = there were none.</summary>
    public RefusedState? RefusedWhileStopped(string model) => _stopped.GetValueOrDefault(model);

    /// <summary>Shares out the energy since the last time. The processors' counters wrap around, so this must happen now and then even if nobody looks.</summary>
    internal void SettleEnergy() => _energy.Settle(_versions.Values);

    /// <summary>What a door needed for an answered request beside the data plane: reading and writing its protocol.</summary>
    /// <param name="model">The model that answered.</param>
    /// <param name="version">Its version.</param>
    /// <param name="took">How long.</param>
    public void Door(string model, int version, TimeSpan took)
    {
        if (_versions.TryGetValue((model, version), out var counts)) counts.Door(took);
    }

    /// <summary>Begins to tell what loaded versions hold and how much waits for them.</summary>
    internal void Observe(Func<IEnumerable<LoadedVersion>> loaded)
    {
        _meter.CreateObservableGauge("takt.serving.memory", () => Each(loaded(), v => v.MemoryBytes), "By", "Memory that a loaded version holds");
        _meter.CreateObservableGauge("takt.serving.waiting", () => Each(loaded(), v => (long)v.Ready.Result.Calls), "{request}", "Requests that wait for a version");
        _meter.CreateObservableGauge("nv_inference_pending_request_count", () => Each(loaded(), v => (long)v.Ready.Result.Calls), null, "Requests that wait for a version");
    }

    internal void Begun() => _instruments.Active.Add(1);

    internal void Ended() => _instruments.Active.Add(-1);

    /// <summary>A request failed before it was known which version it means.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="stopped">The model, where it is one that is stopped: it is counted under the version <c>none</c>. Null = there is no such model, alias or version.</param>
    /// <param name="now">The time.</param>
    internal void Lost(FailureReason reason, string? stopped, DateTimeOffset now)
    {
        KeyValuePair<string, object?>[] about = stopped is null ? [] : [new("model", stopped), new("version", "none")];
        if (stopped is not null) _stopped.AddOrUpdate(stopped, static (_, at) => new RefusedState(1, at), static (_, so, at) => new RefusedState(so.Count + 1, at), now);
        _instruments.Requests.Add(1, about);
        _instruments.Failures.Add(1, [.. about, new("reason", reason.ToWire())]);
    }

    static IEnumerable<Measurement<long>> Each(IEnumerable<LoadedVersion> loaded, Func<LoadedVersion, long> value) =>
        loaded.Where(v => v.IsReady).Select(v => new Measurement<long>(value(v), new("model", v.Model), new("version", v.Version.Number)));

    internal VersionCounts Of(string model, int version) =>
        _versions.GetOrAdd((model, version), static (key, instruments) => new VersionCounts(key.Model, key.Version, instruments), _instruments);

    internal void Forget(string model, int version) => _versions.TryRemove((model, version), out _);
}
