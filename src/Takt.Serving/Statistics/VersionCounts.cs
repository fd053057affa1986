using Takt.Serving.Batching;
using Takt.Serving.Calls;

namespace Takt.Serving.Statistics;

/// <summary>The running counts behind <see cref="VersionStatistics"/>.</summary>
sealed class VersionCounts(string model, int version, ServingInstruments instruments)
{
    /// <summary>Requests that percentiles look back on: ten lie beyond the 99th percentile, and a page sorts them in microseconds.</summary>
    const int Remembered = 1024;

    /// <summary>Sizes of batches that are counted one by one; larger ones are counted as this.</summary>
    const int LargestBatch = 1024;

    readonly Lock _gate = new();
    readonly VersionInstruments _instruments = new(instruments, model, version);
    readonly double[] _milliseconds = new double[Remembered];
    readonly SortedDictionary<int, BatchStatistics> _batches = [];
    readonly Dictionary<FailureReason, long> _reasons = [];
    TimeSpan _unsettled;
    DurationSum _door;
    VersionStatistics _sums = new(model, version);

    public void Answered(int rows, CallTimes times, DateTimeOffset now)
    {
        _instruments.Answered(rows, times);
        lock (_gate)
        {
            _milliseconds[_sums.Success.Count % Remembered] = times.Total.TotalMilliseconds;
            _sums = _sums with
            {
                Rows = _sums.Rows + rows,
                Success = _sums.Success.With(times.Total),
                Queue = _sums.Queue.With(times.Queue),
                Input = _sums.Input.With(times.Input),
                Compute = _sums.Compute.With(times.Compute),
                Output = _sums.Output.With(times.Output),
                LastRequest = now,
            };
        }
    }

    public void Failed(FailureReason reason, string message, TimeSpan took, DateTimeOffset now)
    {
        _instruments.Failed(reason);
        lock (_gate)
        {
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            _sums = _sums with { Fail = _sums.Fail.With(took), LastRequest = now };
            // A caller that went away is no error of the model; keep the one worth reading.
            if (reason != FailureReason.Cancelled) _sums = _sums with { LastError = message, LastErrorAt = now };
        }
    }

    /// <summary>The model was called once for all of these.</summary>
    public void Computed(IReadOnlyList<Call> together, TimeSpan took)
    {
        int rows = 0;
        foreach (var call in together) rows += call.Rows;
        _instruments.Computed(rows, together.Count);
        var (input, compute, output) = together[0].Inside.Split(took);
        int size = Math.Min(rows, LargestBatch);
        lock (_gate)
        {
            _sums = _sums with { Executions = _sums.Executions + 1 };
            var so = _batches.GetValueOrDefault(size) ?? new BatchStatistics(size, default, default, default);
            _batches[size] = new BatchStatistics(size, so.Input.With(input), so.Compute.With(compute), so.Output.With(output));
        }
    }

    /// <summary>The model computed so long, well or not, for callers or in a trial.</summary>
    public void Worked(TimeSpan cpu)
    {
        lock (_gate)
        {
            _sums = _sums with { Cpu = _sums.Cpu + cpu };
            _unsettled += cpu;
        }
    }

    /// <summary>CPU time whose energy has not been shared out yet; it is from now on.</summary>
    public TimeSpan TakeUnsettled()
    {
        lock (_gate)
        {
            var taken = _unsettled;
            _unsettled = default;
            return taken;
        }
    }

    /// <summary>Computing took so much energy.</summary>
    public void Took(double joules)
    {
        lock (_gate) _sums = _sums with { Joules = _sums.Joules + joules };
    }

    public void Loaded(TimeSpan took) => _instruments.Loaded(took);

    public void Door(TimeSpan took)
    {
        _instruments.Door(took);
        lock (_gate) _door = _door.With(took);
    }

    public VersionStatistics Snapshot()
    {
        lock (_gate)
        {
            double[] recent = _milliseconds[..(int)Math.Min(_sums.Success.Count, Remembered)];
            Array.Sort(recent);
            return _sums with { Door = _door, Batches = [.. _batches.Values], Reasons = new Dictionary<FailureReason, long>(_reasons), MedianMs = Percentile(recent, 0.5), P99Ms = Percentile(recent, 0.99) };
        }
    }

    /// <summary>Nearest rank: the smallest value that at least this share does not exceed.</summary>
    static double? Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
