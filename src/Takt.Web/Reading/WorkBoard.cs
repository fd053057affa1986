using Takt.Web.Localization;

namespace Takt.Web.Reading;

/// <summary>What is being worked on now, for pages to show: a training, the preparation of a demo. Whoever works reports; pages only read.</summary>
public sealed class WorkBoard(TimeProvider clock)
{
    readonly Lock _lock = new();
    readonly List<Work> _works = [];

    /// <summary>Everything that runs, failed, or ended within the last minute, in the order in which it began.</summary>
    public IReadOnlyList<WorkState> Now
    {
        get
        {
            var since = clock.GetUtcNow() - TimeSpan.FromMinutes(1);
            lock (_lock)
            {
                _works.RemoveAll(work => work.State.Ended < since && work.State.Problem is null);
                return [.. _works.Select(work => work.State)];
            }
        }
    }

    /// <summary>Begins a piece of work.</summary>
    /// <param name="title">What it is: <c>Training line-fault</c>.</param>
    public Work Begin(Sentence title)
    {
        var work = new Work(new WorkState(title, null, null, clock.GetUtcNow(), null, null), clock);
        lock (_lock) _works.Add(work);
        return work;
    }
}

/// <summary>One piece of work on a <see cref="WorkBoard"/>.</summary>
public sealed class Work(WorkState state, TimeProvider clock)
{
    volatile WorkState _state = state;

    /// <summary>How it stands.</summary>
    public WorkState State => _state;

    /// <summary>Says how far it is.</summary>
    /// <param name="step">What is being done: <c>epoch 7 of 40, loss 0.21</c>.</param>
    /// <param name="share">Share that is done, 0 to 1; null if not known.</param>
    public void Report(Sentence step, double? share = null) => _state = _state with { Step = step, Share = share };

    /// <summary>It is done.</summary>
    public void Done(Sentence step) => _state = _state with { Step = step, Share = 1, Ended = clock.GetUtcNow() };

    /// <summary>It failed.</summary>
    public void Failed(string problem) => _state = _state with { Problem = problem, Ended = clock.GetUtcNow() };
}

/// <summary>How a piece of work stands.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Step">What is being done; null before the first step.</param>
/// <param name="Share">Share that is done, 0 to 1; null if not known.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended; null while it runs.</param>
/// <param name="Problem">Why it failed, in the program's words; null otherwise.</param>
public sealed record WorkState(Sentence Title, Sentence? Step, double? Share, DateTimeOffset Started, DateTimeOffset? Ended, string? Problem);
