using Takt.Protocols.Deployments;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Statistics;

namespace Takt.Serving.Batching;

/// <summary>
/// The calls that wait for one version: the most urgent first, among equals the earlier. Every member that changes it is called under the scheduler's lock.
/// </summary>
/// <param name="name">The version, for messages: <c>press:3</c>.</param>
/// <param name="model">The loaded model.</param>
/// <param name="counts">What has become of its calls.</param>
/// <param name="most">Calls of the model that may be at work at once for this queue.</param>
sealed class VersionQueue(string name, IServedModel model, VersionCounts counts, int most = int.MaxValue)
{
    /// <summary>Calls that do not join the first are looked past, this many at most: a fuller batch is not worth searching a whole queue for.</summary>
    const int LookPast = 32;

    /// <summary>Seconds up to which a call is computed by the thread that brought it, if a worker's place is free: handing it over costs some 20 µs, a tenth of this.</summary>
    const double Quick = 200e-6;

    /// <summary>Of so many quick calls one is measured.</summary>
    const int Sample = 16;

    /// <summary>Time between two settlings of batch size and delay.</summary>
    static readonly TimeSpan BetweenSettlings = TimeSpan.FromMilliseconds(100);

    /// <summary>Levels of urgency that are told apart in what waits: every priority from 1 up has one, those beyond share the last but one, and what nobody waits for (trials, shadows) has the last.</summary>
    const int Levels = 16;

    readonly PriorityQueue<Call, (int Priority, long Order)> _waiting = new();
    readonly List<Call> _passed = [];
    readonly CostModel _cost = new();
    readonly RecentLatencies _latencies = new();
    readonly BatchTuning _tuning = new();
    readonly int[] _work = new int[Levels];
    VersionQueue? _explained;
    long _order, _settled;
    int _calls, _allWork, _quick;

    /// <summary>The version, for messages.</summary>
    public string Name => name;

    /// <summary>The loaded model.</summary>
    public IServedModel Model => model;

    /// <summary>What has become of its calls.</summary>
    public VersionCounts Counts => counts;

    /// <summary>What the deployment says; set whenever that changes.</summary>
    public LimitsSpec Limits
    {
        get;
        set
        {
            field = value;
            if (model is IParallelModel parallel && parallel.Threads != value.Threads) parallel.Threads = value.Threads;
        }
    } = new();

    /// <summary>Calls that wait, those to be explained included; may be read at any time.</summary>
    public int Calls => Volatile.Read(ref _calls) + (Volatile.Read(ref _explained)?.Calls ?? 0);

    /// <summary>Calls of the model that may be at work at once for this queue.</summary>
    public int Most => most;

    /// <summary>Batches at work.</summary>
    public int AtWork { get; set; }

    /// <summary>Whether another batch may be begun.</summary>
    public bool IsOpen => AtWork < most;

    /// <summary>
    /// Counts a quick call, and tells for how many its processor time stands when that is measured; 0 = it is not. Asking the system twice is a notable part of such a call: once some
    /// have been measured, one of sixteen is.
    /// </summary>
    public int QuickCall() => ++_quick <= Sample ? 1 : _quick % Sample == 0 ? Sample : 0;

    /// <summary>How calls are computed together; may be read at any time.</summary>
    public BatchingState Batching => _tuning.State(_cost);

    /// <summary>
    /// Where a call waits. Explanations have a queue of their own: they are computed one at a time, so that they leave places to everyone else, and what they take says nothing of
    /// predictions.
    /// </summary>
    public VersionQueue For(Call call)
    {
        if (!call.IsExplained) return this;
        _explained ??= new VersionQueue(name, model, counts, most: 1);
        _explained.Limits = Limits;
        return _explained;
    }

    /// <summary>Seconds that one worker needs for what waits and is as urgent as this or more.</summary>
    public double Backlog(int priority)
    {
        int work = 0;
        for (int level = Level(priority); level >= 0; level--) work += _work[level];
        return work == 0 ? 0 : (_cost.Fixed * ((work + _tuning.MostRows - 1) / _tuning.MostRows)) + (_cost.PerRow * work);
    }

    /// <summary>Seconds that a call of its size takes; 0 = not known yet.</summary>
    public double Estimate(Call call) => _cost.Estimate(call.Work);

    /// <summary>Whether a call takes too little to be worth handing to another thread.</summary>
    public bool IsQuick(Call call) => _cost.IsKnown && _cost.Estimate(call.Work) <= Quick;

    /// <summary>The first call that waits, or null.</summary>
    public Call? First()
    {
        while (_waiting.TryPeek(out var call, out _))
        {
            if (!call.IsOver) return call;
            _waiting.Dequeue(); // its caller has gone
        }

        return null;
    }

    /// <summary>When the next batch may begin: at once if enough waits to fill it, else when its first call has waited for others long enough.</summary>
    public long Due(Call first, TimeProvider clock) =>
        _tuning.Delay == 0 || _allWork >= _tuning.MostRows ? 0 : Math.Min(first.Admitted + Ticks(_tuning.Delay, clock), first.Deadline - Ticks(Estimate(first), clock));

    /// <summary>Lets a call wait.</summary>
    /// <param name="call">The call.</param>
    /// <param name="backlog">Time until everything that waits now is computed.</param>
    /// <returns>Null, or the refusal where there is no room.</returns>
    public QueueFullException? Add(Call call, TimeSpan backlog)
    {
        if (_calls >= Limits.Queue)
            return new QueueFullException(new Problem($"{_calls} calls wait for {name} already", $"at most {Limits.Queue}", "Ask again in a moment, or let more wait with limits.queue"), backlog);
        Count(call, +1);
        call.Order = _order++;
        call.WaitIn(this);
        _waiting.Enqueue(call, (call.Priority, call.Order));
        return null;
    }

    /// <summary>A waiting call is over and no longer counts; its place is cleared when the queue comes to it. May be called without the lock.</summary>
    public void Forget(Call call) => Count(call, -1);

    /// <summary>Takes the next batch: the first call and those that join it, within the limits and their deadlines. Empty if all that waited is over.</summary>
    public void Take(List<Call> batch, CallGroup group, long now, TimeProvider clock)
    {
        int rows = 0;
        long deadline = long.MaxValue;
        while (_passed.Count < LookPast && _waiting.TryDequeue(out var call, out _))
        {
            long end = now + Ticks(_cost.Estimate(rows + call.Work), clock);
            if (batch.Count > 0 && (rows + call.Work > _tuning.MostRows || end > Math.Min(deadline, call.Deadline) || !batch[0].Joins(call)))
            {
                _passed.Add(call);
                if (rows >= _tuning.MostRows) break;
            }
            else if (batch.Count == 0 && end > call.Deadline)
            {
                if (call.TryRefuse(Refusals.Late(this, call, now, clock))) Count(call, -1);
            }
            else if (call.TryBegin(now, group))
            {
                Count(call, -1);
                batch.Add(call);
                rows += call.Work;
                deadline = Math.Min(deadline, call.Deadline);
            }
        }

        foreach (var call in _passed) _waiting.Enqueue(call, (call.Priority, call.Order));
        _passed.Clear();
    }

    /// <summary>Learns from a call of the backend, and settles batch size and delay anew now and then.</summary>
    public void Measured(IReadOnlyList<Call> batch, TimeSpan took, double busy, long now, TimeProvider clock)
    {
        _cost.Measured(batch.Sum(c => c.Work), took.TotalSeconds);
        foreach (var call in batch) _latencies.Add(clock.GetElapsedTime(call.Admitted, now).TotalSeconds);
        if (_settled != 0 && clock.GetElapsedTime(_settled, now) < BetweenSettlings) return;
        _settled = now;
        _tuning.Settle(_cost, Limits, busy, _latencies.P95());
    }

    void Count(Call call, int sign)
    {
        Interlocked.Add(ref _calls, sign);
        Interlocked.Add(ref _allWork, sign * call.Work);
        Interlocked.Add(ref _work[Level(call.Priority)], sign * call.Work);
    }

    static int Level(int priority) => priority == int.MaxValue ? Levels - 1 : Math.Clamp(priority - 1, 0, Levels - 2);

    static long Ticks(double seconds, TimeProvider clock) => (long)(seconds * clock.TimestampFrequency);
}
