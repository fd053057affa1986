using System.Runtime.ExceptionServices;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Requests;
using Takt.Serving.Shadows;

namespace Takt.Serving.Batching;

/// <summary>
/// One call on its way: it waits, is computed alone or with others, and is over. Exactly one of those who race for it — the worker that takes it up,
/// the caller that leaves — gets it, so every call ends once.
/// </summary>
abstract class Call
{
    const int Waiting = 0, Working = 1, Over = 2;

    int _state;
    TaskCompletionSource<RefusedException?>? _over; // only those that wait need one
    VersionQueue? _queue;
    CallGroup? _group;
    CancellationTokenRegistration _leaving;
    ExceptionDispatchInfo? _failure;

    protected Call(CallContext context) => Context = context;

    public CallContext Context { get; }

    /// <summary>Rows in the request.</summary>
    public abstract int Rows { get; }

    /// <summary>What it costs, in rows of a plain prediction: an explained row is predicted many times.</summary>
    public int Work { get; protected set; }

    /// <summary>Whether it asks for reasons too.</summary>
    public virtual bool IsExplained => false;

    /// <summary>Memory that the request's values take, about.</summary>
    public abstract long Bytes { get; }

    /// <summary>Whether it only tries the version: it is in no statistics.</summary>
    public bool IsTrial { get; set; }

    /// <summary>The most urgent level is 1.</summary>
    public int Priority { get; set; }

    /// <summary>Its place among calls of one priority.</summary>
    public long Order { get; set; }

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsOver => Volatile.Read(ref _state) == Over;

    /// <summary>When it was admitted, on the plane's clock.</summary>
    public long Admitted { get; set; }

    /// <summary>When a worker took it up.</summary>
    public long Started { get; set; }

    /// <summary>The timestamp after which the answer is worth nothing; <see cref="long.MaxValue"/> = none.</summary>
    public long Deadline { get; set; } = long.MaxValue;

    /// <summary>How long the backend's call took.</summary>
    public TimeSpan Took { get; set; }

    /// <summary>Calls that the backend's call answered, this one included.</summary>
    public int Together { get; set; }

    /// <summary>Where that time went; known once the call is over and went well.</summary>
    public abstract BackendTimes Inside { get; }

    /// <summary>Compares the request with what the model takes.</summary>
    /// <exception cref="Protocols.Problems.InputException">It does not fit; everything wrong is told.</exception>
    public abstract void Prepare(ModelDescription model);

    /// <summary>Whether both may be one call of the backend.</summary>
    public abstract bool Joins(Call other);

    /// <summary>Asks the backend for all of these calls at once, which <see cref="Joins"/> has let come together, and gives each its part of the answer.</summary>
    public abstract void Compute(IServedModel model, IReadOnlyList<Call> together, CancellationToken stop);

    /// <summary>The same request once more, over memory of its own.</summary>
    public abstract Call Repeat(CallContext context);

    /// <summary>Compares the answer with that to a <see cref="Repeat"/> of the call.</summary>
    public abstract Comparison CompareWith(Call repeat);

    /// <summary>What the model takes and gives that is asked; null until <see cref="Prepare"/>.</summary>
    public ModelDescription? Model { get; protected set; }

    /// <summary>Copies what the call brought and, where it is over and went well, what it got, without what is hidden.</summary>
    public abstract (string Form, byte[] Input, byte[]? Output) Capture(Redaction redaction);

    /// <summary>Throws if the answer is one that its caller did not want.</summary>
    /// <exception cref="RowsRejectedException">Rows hold bad values and the request wanted all or nothing.</exception>
    public virtual void ThrowIfRejected()
    {
    }

    /// <summary>Ends when the call is over.</summary>
    /// <returns>Why it was refused while it waited; null = it was computed.</returns>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public Task<RefusedException?> WaitAsync() => _over!.Task;

    /// <summary>Throws what went wrong, if anything did.</summary>
    public void ThrowIfFailed() => _failure?.Throw();

    /// <summary>Lets the caller leave while the call waits in a queue.</summary>
    public void WaitIn(VersionQueue queue)
    {
        _queue = queue;
        _over = new TaskCompletionSource<RefusedException?>(TaskCreationOptions.RunContinuationsAsynchronously); // a worker goes on with the next batch, not with a caller's answer
        if (Context.Stop.CanBeCanceled) _leaving = Context.Stop.UnsafeRegister(static call => ((Call)call!).Leave(), this);
    }

    /// <summary>Takes the call up for computing; false if it is over already.</summary>
    public bool TryBegin(long now, CallGroup group)
    {
        (_group, Started) = (group, now);
        group.Join();
        if (Interlocked.CompareExchange(ref _state, Working, Waiting) == Waiting) return true;
        group.Leave();
        return false;
    }

    /// <summary>Refuses a call that still waits; false if it is over already.</summary>
    public bool TryRefuse(RefusedException refusal)
    {
        if (!TryEnd()) return false;
        _over!.SetResult(refusal);
        return true;
    }

    /// <summary>Gives up a call that still waits; false if it is over already.</summary>
    public bool TryGiveUp(Exception reason)
    {
        if (!TryEnd()) return false;
        _over!.SetException(reason);
        return true;
    }

    public void Fail(Exception failure) => _failure = ExceptionDispatchInfo.Capture(failure);

    /// <summary>The computing has ended, well or with a failure.</summary>
    public void End()
    {
        Volatile.Write(ref _state, Over);
        if (_over is null) return;
        _leaving.Unregister();
        if (_failure is null) _over.SetResult(null);
        else _over.SetException(_failure.SourceException);
    }

    /// <summary>Ends a call that still waits.</summary>
    bool TryEnd()
    {
        if (Interlocked.CompareExchange(ref _state, Over, Waiting) != Waiting) return false;
        _leaving.Unregister();
        return true;
    }

    /// <summary>The caller has gone: a waiting call is over; one at work is given up when all that are computed with it have gone too. Its memory is in use until then.</summary>
    void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Over, Waiting) == Waiting)
        {
            _queue!.Forget(this);
            _over!.SetCanceled(Context.Stop);
        }
        else
        {
            _group?.Leave();
        }
    }
}
