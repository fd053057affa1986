using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Takt.Doors.Metrics;

/// <summary>The process as Prometheus' dashboards expect it: start, uptime, CPU seconds, memory. The runtime's own meter adds garbage collection and threads.</summary>
sealed class ProcessMeter
{
    /// <summary>Makes the instruments.</summary>
    public ProcessMeter(IMeterFactory meters, TimeProvider clock)
    {
        var meter = meters.Create("Takt.Process");
        using var process = Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime);
        meter.CreateObservableGauge("process.start_time", () => started.ToUnixTimeMilliseconds() / 1000.0, "s", "When the process started, in seconds since 1970");
        meter.CreateObservableGauge("process.uptime", () => (clock.GetUtcNow() - started).TotalSeconds, "s", "How long the process has run");
        meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "CPU time used, all cores, user and system");
        meter.CreateObservableGauge("process.resident_memory", () => Environment.WorkingSet, "By", "Memory held in RAM");
        string version = typeof(ProcessMeter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        meter.CreateObservableGauge("takt.build_info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", version)), null, "Always 1; the version is in the label");
    }
}
