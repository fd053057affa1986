using System.Diagnostics.Metrics;

namespace Takt.Doors.Metrics;

/// <summary>
/// Listens to the meters of this server (Takt's own, ASP.NET Core's, the runtime's) and keeps their values, because .NET's instruments only tell and never remember.
/// </summary>
sealed class MetricsCollector : IDisposable
{
    static readonly string[] Meters = ["Takt.", "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    readonly Lock _gate = new();
    readonly List<InstrumentValues> _instruments = [];
    readonly MeterListener _listener = new();
    readonly ILogger<MetricsCollector> _log;

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">This server's meters; those of another server in the same process are not heard.</param>
    /// <param name="log">Instruments that fail to tell their value.</param>
    public MetricsCollector(IMeterFactory meters, ILogger<MetricsCollector> log)
    {
        _log = log;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!Array.Exists(Meters, instrument.Meter.Name.StartsWith) || (instrument.Meter.Scope is { } scope && scope != meters)) return;
            var values = new InstrumentValues(instrument);
            lock (_gate) _instruments.Add(values);
            listener.EnableMeasurementEvents(instrument, values);
        };
        _listener.MeasurementsCompleted = (_, state) =>
        {
            lock (_gate) _instruments.Remove((InstrumentValues)state!);
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => Record(value, tags, state));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, state) => Record((double)value, tags, state));
        _listener.Start();
    }

    /// <summary>The values of now, one family a name, sorted by name.</summary>
    /// <param name="maySee">Of which models series are told.</param>
    public IReadOnlyList<MetricFamily> Collect(Func<string, bool> maySee)
    {
        lock (_gate)
        {
            foreach (var instrument in _instruments) instrument.ForgetObserved();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException failures)
            {
                _log.LogError(failures, "Some metrics could not be read");
            }

            return [.. _instruments.Select(i => i.Read(maySee)).Where(f => f.Series.Count > 0).GroupBy(f => f.Name).Select(g => g.First()).OrderBy(f => f.Name, StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state) => ((InstrumentValues)state!).Record(value, tags);
}
