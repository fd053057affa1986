using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Takt.Doors.OpenInference;
using Takt.Serving.Traces;

namespace Takt.Traces;

/// <summary>Sends spans to a collector over OTLP, in batches and beside the calls: what the collector does not take is dropped, never waited for.</summary>
sealed class TraceExport : IDisposable
{
    readonly TracerProvider _provider;
    readonly ExportFailures _failures;

    /// <summary>Begins to send. Headers, timeouts, batch sizes and resource come from OpenTelemetry's own variables.</summary>
    public TraceExport(TraceOptions options, ILogger<TraceExport> log)
    {
        _failures = new ExportFailures(options.Collector, log);
        _provider = Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService("takt", serviceVersion: OpenInferenceApi.Version).AddEnvironmentVariableDetector())
            .SetSampler(new AlwaysOnSampler()) // the choice is made before: per model, see Tracing
            .AddSource(Tracing.SourceName)
            .AddOtlpExporter(otlp =>
            {
                otlp.Endpoint = options.Collector;
                otlp.Protocol = options.OverGrpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
            })
            .Build();
        log.LogInformation("Traces go to {Collector}", options.Collector);
    }

    /// <summary>Sends what is left, for a few seconds at most.</summary>
    public void Dispose()
    {
        _provider.Dispose();
        _failures.Dispose();
    }
}
