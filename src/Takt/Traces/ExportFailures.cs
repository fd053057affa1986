using System.Diagnostics.Tracing;
using System.Globalization;

namespace Takt.Traces;

/// <summary>Brings to the log what the OTLP exporter tells in its event source alone: that the collector does not answer. Once a minute at most.</summary>
sealed class ExportFailures(Uri collector, ILogger log) : EventListener
{
    const string Exporter = "OpenTelemetry-Exporter-OpenTelemetryProtocol";
    const long Between = 60_000;

    long _told = -Between;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Exporter) EnableEvents(eventSource, EventLevel.Error);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        long now = Environment.TickCount64, told = Interlocked.Read(ref _told);
        if (log is null || now - told < Between || Interlocked.CompareExchange(ref _told, now, told) != told) return; // the base class may call before the fields are set
        string why = eventData.Message is { } text ? string.Format(CultureInfo.InvariantCulture, text, [.. eventData.Payload ?? []]) : eventData.EventName ?? "";
        log.LogWarning("Traces do not reach {Collector}: {Why}", collector, why.Split('\n')[0]);
    }
}
