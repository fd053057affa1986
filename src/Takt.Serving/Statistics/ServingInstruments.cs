using System.Diagnostics.Metrics;
using Takt.Serving.Calls;

namespace Takt.Serving.Statistics;

/// <summary>The instruments of the meter <c>Takt.Serving</c>. Labels are models and versions that there are: names that callers made up never become one.</summary>
sealed class ServingInstruments
{
    /// <summary>0.05 ms to 10 s: a small dense network answers in less than a tenth of a millisecond, an explained batch of thousands in seconds.</summary>
    static readonly InstrumentAdvice<double> Durations =
        new() { HistogramBucketBoundaries = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    static readonly InstrumentAdvice<long> Sizes = new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024] };

    public ServingInstruments(Meter meter)
    {
        Requests = meter.CreateCounter<long>("takt.serving.requests", "{request}", "Requests to a model, failures included");
        Failures = meter.CreateCounter<long>("takt.serving.failures", "{request}", "Requests that got no answer, by reason; queue_full and deadline are refusals");
        Rows = meter.CreateCounter<long>("takt.serving.rows", "{row}", "Rows in the requests that were answered");
        Loads = meter.CreateCounter<long>("takt.serving.loads", "{load}", "Model versions loaded into memory");
        LoadDuration = meter.CreateHistogram("takt.serving.load.duration", "s", "Time to load a model version", null, Durations);
        Duration = meter.CreateHistogram("takt.serving.duration", "s",
            "Time of an answered request by phase: load (find the version, load it), queue, pipeline (rows to features and outputs to answers), compute (the graph), total; door is what the protocol adds",
            null, Durations);
        BatchRows = meter.CreateHistogram("takt.serving.batch.rows", "{row}", "Rows in one call of a model", null, Sizes);
        BatchRequests = meter.CreateHistogram("takt.serving.batch.requests", "{request}", "Requests in one call of a model", null, Sizes);
        Active = meter.CreateUpDownCounter<long>("takt.serving.active", "{request}", "Requests in the data plane now");
    }

    public Counter<long> Requests { get; }
    public Counter<long> Failures { get; }
    public Counter<long> Rows { get; }
    public Counter<long> Loads { get; }
    public Histogram<double> LoadDuration { get; }
    public Histogram<double> Duration { get; }
    public Histogram<long> BatchRows { get; }
    public Histogram<long> BatchRequests { get; }
    public UpDownCounter<long> Active { get; }
}

/// <summary>The instruments with one version's labels.</summary>
sealed class VersionInstruments(ServingInstruments instruments, string model, int version)
{
    readonly KeyValuePair<string, object?> _model = new("model", model), _version = new("version", version);

    static readonly KeyValuePair<string, object?>
        Load = Phase("load"), Queue = Phase("queue"), Pipeline = Phase("pipeline"), Compute = Phase("compute"), Total = Phase("total"), AtDoor = Phase("door");

    public void Answered(int rows, CallTimes times)
    {
        instruments.Requests.Add(1, _model, _version);
        instruments.Rows.Add(rows, _model, _version);
        instruments.Duration.Record(times.Load.TotalSeconds, _model, _version, Load);
        instruments.Duration.Record(times.Queue.TotalSeconds, _model, _version, Queue);
        instruments.Duration.Record((times.Input + times.Output).TotalSeconds, _model, _version, Pipeline);
        instruments.Duration.Record(times.Compute.TotalSeconds, _model, _version, Compute);
        instruments.Duration.Record(times.Total.TotalSeconds, _model, _version, Total);
    }

    public void Failed(FailureReason reason)
    {
        instruments.Requests.Add(1, _model, _version);
        instruments.Failures.Add(1, _model, _version, new("reason", reason.ToWire()));
    }

    public void Computed(int rows, int requests)
    {
        instruments.BatchRows.Record(rows, _model, _version);
        instruments.BatchRequests.Record(requests, _model, _version);
    }

    public void Loaded(TimeSpan took)
    {
        instruments.Loads.Add(1, _model, _version);
        instruments.LoadDuration.Record(took.TotalSeconds, _model, _version);
    }

    public void Door(TimeSpan took) => instruments.Duration.Record(took.TotalSeconds, _model, _version, AtDoor);

    static KeyValuePair<string, object?> Phase(string name) => new("phase", name);
}
