using System.Diagnostics.Metrics;
using Takt.Protocols.Deployments;

namespace Takt.Serving.Statistics;

/// <summary>The common counters under the names of NVIDIA Triton (docs/user_guide/metrics.md there), so that its dashboards read this server too.</summary>
static class TritonInstruments
{
    public static void Create(Meter meter, Func<IReadOnlyList<VersionStatistics>> read, Func<IEnumerable<KeyValuePair<string, RefusedState>>> stopped)
    {
        Counter("nv_inference_request_success", "Requests that were answered", v => v.Success.Count);
        meter.CreateObservableCounter("nv_inference_request_failure",
            () => read().SelectMany(v => v.Reasons.GroupBy(r => r.Key.ToTriton(), r => r.Value), (v, r) => new Measurement<long>(r.Sum(), [.. Labels(v), new("reason", r.Key)]))
                .Concat(stopped().Select(s => new Measurement<long>(s.Value.Count, new("model", s.Key), new("version", "none"), new("reason", FailureReason.Unavailable.ToTriton())))),
            null, "Requests that got no answer, by reason");
        Counter("nv_inference_count", "Rows that were answered", v => v.Rows);
        Counter("nv_inference_exec_count", "Calls of the model", v => v.Executions);
        Counter("nv_inference_request_duration_us", "Time of answered requests, in microseconds", v => Microseconds(v.Success));
        Counter("nv_inference_queue_duration_us", "Time that answered requests waited, in microseconds", v => Microseconds(v.Queue));
        Counter("nv_inference_compute_input_duration_us", "Time of preparation, in microseconds", v => Microseconds(v.Input));
        Counter("nv_inference_compute_infer_duration_us", "Time of the graph, in microseconds", v => Microseconds(v.Compute));
        Counter("nv_inference_compute_output_duration_us", "Time from the graph to the answer, in microseconds", v => Microseconds(v.Output));

        void Counter(string name, string help, Func<VersionStatistics, long> value) =>
            meter.CreateObservableCounter(name, () => read().Select(v => new Measurement<long>(value(v), Labels(v))), null, help);
    }

    static KeyValuePair<string, object?>[] Labels(VersionStatistics v) => [new("model", v.Model), new("version", v.Version)];

    static long Microseconds(DurationSum sum) => (long)sum.Time.TotalMicroseconds;
}
