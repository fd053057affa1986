using System.Globalization;
using Takt.Protocols.Problems;

namespace Takt.Traces;

/// <summary>Where traces go. Nothing is sent anywhere unless whoever starts the server names a collector.</summary>
/// <param name="Collector">The collector's address for traces: <c>http://collector:4318/v1/traces</c>, or for gRPC <c>http://collector:4317</c>.</param>
/// <param name="Rate">One call in so many is traced; at least 1.</param>
/// <param name="OverGrpc">Whether OTLP goes over gRPC; default HTTP with protobuf.</param>
sealed record TraceOptions(Uri Collector, int Rate = 1, bool OverGrpc = false)
{
    const string TracesPath = "v1/traces";

    /// <summary>Reads what the command line and OpenTelemetry's standard variables say; the command line wins.</summary>
    /// <param name="url">The collector, as <c>--otlp</c> names it: an address without path gets OTLP's own.</param>
    /// <param name="rate">One call in so many, as <c>--trace-rate</c> says.</param>
    /// <param name="variable">A variable of the environment by name; null = it is not set.</param>
    /// <returns>Null = no traces.</returns>
    /// <exception cref="InputException">An address, protocol or rate is wrong; all of it is told.</exception>
    public static TraceOptions? Read(string? url, int? rate, Func<string, string?> variable)
    {
        string? exact = variable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"), common = variable("OTEL_EXPORTER_OTLP_ENDPOINT");
        if ((url ?? exact ?? common) is not { Length: > 0 } given || (url is null && variable("OTEL_SDK_DISABLED")?.ToLowerInvariant() == "true"))
            return rate is null ? null : throw new InputException($"--trace-rate {rate} without a collector", "--otlp URL beside it", "Traces go to the OpenTelemetry collector that you name");

        var problems = new List<Problem>();
        string protocol = variable("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? variable("OTEL_EXPORTER_OTLP_PROTOCOL") ?? "http/protobuf";
        if (protocol is not ("http/protobuf" or "grpc")) problems.Add(new Problem($"OTEL_EXPORTER_OTLP_PROTOCOL '{protocol}'", "http/protobuf or grpc"));
        if (!Uri.TryCreate(given, UriKind.Absolute, out var collector) || collector.Scheme is not ("http" or "https"))
            problems.Add(new Problem($"'{given}' as address of an OpenTelemetry collector", "http://HOST:4318, or https"));
        if (rate < 1) problems.Add(new Problem($"--trace-rate {rate}", "one call in so many, at least 1"));
        if (rate is null && RateOf(variable) is var (found, problem))
        {
            rate = found;
            if (problem is not null) problems.Add(problem);
        }

        if (problems.Count > 0) throw new InputException(problems);
        bool overGrpc = protocol == "grpc";
        // The variable for traces names the whole address; the others are a base (OpenTelemetry, Protocol Exporter, "Endpoint URLs for OTLP/HTTP").
        bool isBase = !overGrpc && (url is not null ? collector!.AbsolutePath == "/" : exact is null);
        return new TraceOptions(isBase ? new Uri($"{collector!.AbsoluteUri.TrimEnd('/')}/{TracesPath}") : collector!, rate ?? 1, overGrpc);
    }

    /// <summary>OpenTelemetry says a share of calls where Takt, as Triton, says one in so many.</summary>
    static (int Rate, Problem? Problem)? RateOf(Func<string, string?> variable)
    {
        if (variable("OTEL_TRACES_SAMPLER") is not ("traceidratio" or "parentbased_traceidratio") || variable("OTEL_TRACES_SAMPLER_ARG") is not { } text) return null;
        return double.TryParse(text, CultureInfo.InvariantCulture, out double share) && share is > 1e-9 and <= 1
            ? ((int)Math.Round(1 / share), null)
            : (1, new Problem($"OTEL_TRACES_SAMPLER_ARG '{text}'", "a share above 0, at most 1"));
    }
}
