namespace Takt.Doors.Metrics;

/// <summary>Kinds of metrics in the text format.</summary>
enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one metric at one moment.</summary>
/// <param name="Name">Its name in the text format, with its unit.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Help">What it counts.</param>
/// <param name="Series">Its series, sorted by their labels.</param>
sealed record MetricFamily(string Name, MetricKind Kind, string Help, IReadOnlyList<MetricSeries> Series);

/// <summary>One series: a value for one set of labels.</summary>
/// <param name="Labels">The labels as the text format writes them, without braces; empty = none.</param>
/// <param name="Value">Counters and gauges: the value. Histograms: the sum.</param>
/// <param name="Model">The model it is about; null = none, or more than one.</param>
/// <param name="Buckets">Histograms: upper bound and number of values up to it, the last bound infinite; null for others.</param>
sealed record MetricSeries(string Labels, double Value, string? Model, IReadOnlyList<(double Bound, long Count)>? Buckets = null);
