using System.Diagnostics.Metrics;

namespace Takt.Doors.Metrics;

/// <summary>What one instrument has told so far, by its labels.</summary>
sealed class InstrumentValues
{
    /// <summary>Series an instrument may have. A label that turns out to be unbounded must cost neither our memory nor the reader's: what comes later is counted together.</summary>
    const int MaximumSeries = 2000;

    const string TooMany = "overflow=\"true\"", ModelTag = "model";

    /// <summary>Bounds where an instrument advises none: those that OpenTelemetry defines for durations in seconds.</summary>
    static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    readonly Lock _gate = new();
    readonly Dictionary<KeyValuePair<string, object?>[], Series> _byTags = new(TagsComparer.Instance);
    readonly SortedDictionary<string, Series> _byLabels = new(StringComparer.Ordinal);
    readonly string _name, _help;
    readonly MetricKind _kind;
    readonly bool _observed, _sums;
    readonly double[] _bounds;

    /// <summary>Nothing told yet.</summary>
    public InstrumentValues(Instrument instrument)
    {
        string type = instrument.GetType().Name.Split('`')[0];
        _kind = type switch
        {
            "Counter" or "ObservableCounter" => MetricKind.Counter,
            "Histogram" => MetricKind.Histogram,
            _ => MetricKind.Gauge,
        };
        _observed = instrument.IsObservable;
        _sums = type is "Counter" or "UpDownCounter";
        _bounds = instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } advised } => [.. advised.Select(b => (double)b)],
            _ => DefaultBounds,
        };
        _name = PrometheusText.NameOf(instrument.Name, instrument.Unit, _kind);
        _help = instrument.Description ?? instrument.Name;
    }

    /// <summary>Takes one measurement.</summary>
    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            if (!_byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>().TryGetValue(tags, out var series)) series = Add(tags);
            if (_kind == MetricKind.Histogram)
            {
                int bucket = Array.BinarySearch(_bounds, value);
                series.Counts[bucket >= 0 ? bucket : ~bucket]++; // a bound belongs to the bucket it closes
                series.Value += value;
            }
            else
            {
                series.Value = _sums ? series.Value + value : value;
            }
        }
    }

    /// <summary>Observed values are told anew at each reading; what is not told any more is gone.</summary>
    public void ForgetObserved()
    {
        if (!_observed) return;
        lock (_gate)
        {
            _byTags.Clear();
            _byLabels.Clear();
        }
    }

    /// <summary>The values of now.</summary>
    /// <param name="maySee">Of which models series are told; those of no model are told anyway.</param>
    public MetricFamily Read(Func<string, bool> maySee)
    {
        lock (_gate) return new MetricFamily(_name, _kind, _help, [.. _byLabels.Where(s => s.Value.Model is not { } model || maySee(model)).Select(s => Read(s.Key, s.Value))]);
    }

    /// <summary>The same tags in another order are the same series.</summary>
    Series Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string labels = PrometheusText.LabelsOf(tags);
        bool full = _byTags.Count >= MaximumSeries;
        if (full) labels = TooMany;
        if (!_byLabels.TryGetValue(labels, out var series))
            _byLabels.Add(labels, series = new Series { Model = full ? null : ModelOf(tags), Counts = _kind == MetricKind.Histogram ? new long[_bounds.Length + 1] : [] });
        if (!full) _byTags.Add(tags.ToArray(), series);
        return series;
    }

    MetricSeries Read(string labels, Series series)
    {
        if (_kind != MetricKind.Histogram) return new MetricSeries(labels, series.Value, series.Model);
        var buckets = new (double, long)[series.Counts.Length];
        long total = 0;
        for (int i = 0; i < buckets.Length; i++) buckets[i] = (i < _bounds.Length ? _bounds[i] : double.PositiveInfinity, total += series.Counts[i]);
        return new MetricSeries(labels, series.Value, series.Model, buckets);
    }

    static string? ModelOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (name, value) in tags)
            if (name == ModelTag) return value as string;
        return null;
    }

    sealed class Series
    {
        public required string? Model;
        public double Value;
        public required long[] Counts;
    }

    /// <summary>Finds a series by tags without copying them: measurements come with every request.</summary>
    sealed class TagsComparer : IEqualityComparer<KeyValuePair<string, object?>[]>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public static readonly TagsComparer Instance = new();

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) => Equals(x.AsSpan(), y!);

        public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length) return false;
            for (int i = 0; i < other.Length; i++)
                if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value))
                    return false;
            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = new HashCode();
            foreach (var (name, value) in alternate)
            {
                hash.Add(name);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
    }
}
