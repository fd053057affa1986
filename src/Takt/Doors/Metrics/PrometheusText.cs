using System.Globalization;
using System.Text;

namespace Takt.Doors.Metrics;

/// <summary>Prometheus' text format, version 0.0.4.</summary>
static class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes all families.</summary>
    public static string Write(IReadOnlyList<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families)
        {
            text.Append("# HELP ").Append(family.Name).Append(' ').Append(family.Help.Replace("\\", @"\\").Replace("\n", @"\n")).Append('\n');
            text.Append("# TYPE ").Append(family.Name).Append(' ').Append(family.Kind switch
            {
                MetricKind.Counter => "counter",
                MetricKind.Gauge => "gauge",
                _ => "histogram",
            }).Append('\n');
            foreach (var series in family.Series)
            {
                if (series.Buckets is null) Line(text, family.Name, "", series.Labels, series.Value);
                else Histogram(text, family.Name, series);
            }
        }

        return text.ToString();
    }

    /// <summary>A .NET instrument's name as Prometheus wants it: no dots, the base unit at the end, counters with _total.</summary>
    public static string NameOf(string instrument, string? unit, MetricKind kind)
    {
        string name = Sanitise(instrument);
        if (name.StartsWith("nv_", StringComparison.Ordinal)) return name; // named after Triton's, which are older than the convention
        string suffix = unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "J" => "joules",
            "1" when kind == MetricKind.Gauge => "ratio",
            "%" => "percent",
            _ => "", // units in braces only say what is counted
        };
        // _count belongs to histograms; the runtime's gauges end in it.
        if (kind == MetricKind.Gauge && name.EndsWith("_count", StringComparison.Ordinal)) name = name[..^"_count".Length];
        if (suffix.Length > 0 && !name.EndsWith("_" + suffix, StringComparison.Ordinal)) name += "_" + suffix;
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>Labels sorted by name, without braces; empty values are left out, for they mean the same as no label.</summary>
    public static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags)
            if (Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text)
                labels[Sanitise(name).Replace(':', '_')] = text;
        return string.Join(',', labels.Select(l => $"{l.Key}=\"{l.Value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", @"\n")}\""));
    }

    static void Histogram(StringBuilder text, string name, MetricSeries series)
    {
        string prefix = series.Labels.Length > 0 ? series.Labels + "," : "";
        foreach (var (bound, count) in series.Buckets!) Line(text, name, "_bucket", $"{prefix}le=\"{Number(bound)}\"", count);
        Line(text, name, "_sum", series.Labels, series.Value);
        Line(text, name, "_count", series.Labels, series.Buckets[^1].Count);
    }

    static void Line(StringBuilder text, string name, string suffix, string labels, double value)
    {
        text.Append(name).Append(suffix);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    static string Sanitise(string name)
    {
        string kept = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_'));
        return kept.Length == 0 || char.IsAsciiDigit(kept[0]) ? "_" + kept : kept;
    }
}
