using Takt.Protocols.Requests;
using Takt.Serving.Shadows;

namespace Takt.Serving.Replays;

/// <summary>Adds up what the replayed calls show.</summary>
sealed class ReplayTally(ReplayOrder order, int to)
{
    /// <summary>Differing calls that are told one by one: the worst of them are what somebody looks into.</summary>
    const int MostTold = 100;

    readonly List<TensorDifference> _tensors = [];
    readonly Dictionary<string, int> _skipped = [];
    readonly List<double> _then = [], _now = [];
    readonly PriorityQueue<DifferingRequest, (long Decisions, double Size)> _differing = new();
    int _requests, _compared, _equal, _askedAnew, _failed, _answeredNow, _failedBoth;
    string? _problem;
    bool _exceeds;

    public void Skip(string reason)
    {
        _requests++;
        _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;
    }

    public void Fail(string problem)
    {
        _requests++;
        _failed++;
        _problem ??= problem;
        _exceeds = true;
    }

    public void NotAnsweredThen(bool isNow)
    {
        _requests++;
        if (isNow) _answeredNow++;
        else _failedBoth++;
    }

    public void Compare(long request, Comparison comparison, double thenMs, double nowMs, bool askedAnew)
    {
        _requests++;
        _compared++;
        if (askedAnew) _askedAnew++;
        _then.Add(thenMs);
        _now.Add(nowMs);
        var parts = comparison.Parts.Select(p => ToMessage(p, request)).ToList();
        foreach (var part in parts) Add(part);
        if (comparison.Decisions > 0 || comparison.Worst is { Absolute.Size: var worst } && worst > (order.Tolerance ?? 0)) _exceeds = true;
        if (comparison.IsEqual)
        {
            _equal++;
            return;
        }

        _differing.Enqueue(new DifferingRequest(request, parts), (comparison.Decisions, comparison.Worst?.Absolute?.Size ?? 0));
        if (_differing.Count > MostTold) _differing.Dequeue();
    }

    public ReplayReport Report()
    {
        var differing = new List<DifferingRequest>();
        var told = new PriorityQueue<DifferingRequest, (long Decisions, double Size)>(_differing.UnorderedItems);
        while (told.TryDequeue(out var next, out _)) differing.Add(next);
        differing.Reverse();
        return new ReplayReport(
            order.Model, to, _requests, _compared, _equal, _askedAnew, _failed, _answeredNow, _failedBoth, _skipped, _problem,
            [.. _tensors], Latency(_then), Latency(_now), differing, order.Tolerance is null ? null : _exceeds);
    }

    void Add(TensorDifference part)
    {
        int i = _tensors.FindIndex(t => t.Name == part.Name);
        if (i < 0)
        {
            _tensors.Add(part);
            return;
        }

        var so = _tensors[i];
        _tensors[i] = so with
        {
            Elements = so.Elements + part.Elements, EqualBits = so.EqualBits + part.EqualBits, Decisions = so.Decisions + part.Decisions,
            Absolute = Greater(so.Absolute, part.Absolute), Relative = Greater(so.Relative, part.Relative),
        };
    }

    static ElementDifference? Greater(ElementDifference? one, ElementDifference? other) =>
        one is null ? other : other is null || Size(one) >= Size(other) ? one : other;

    static double Size(ElementDifference difference) => difference.Difference ?? double.PositiveInfinity;

    static TensorDifference ToMessage(PartComparison part, long request) =>
        new(part.Name, part.Elements, part.EqualBits, part.Decisions, ToMessage(part.Absolute, request), ToMessage(part.Relative, request));

    static ElementDifference? ToMessage(PlacedDifference? difference, long request) => difference is { Size: > 0 } found
        ? new ElementDifference(Finite(found.Size), found.Place(), Finite(found.One), Finite(found.Other), request)
        : null;

    /// <summary>JSON knows finite numbers only.</summary>
    static double? Finite(double number) => double.IsFinite(number) ? number : null;

    static ReplayLatency? Latency(List<double> milliseconds)
    {
        if (milliseconds.Count == 0) return null;
        var sorted = milliseconds.Order().ToArray();
        return new ReplayLatency(Rank(0.5), Rank(0.95));

        double Rank(double share) => sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}
