namespace Takt.Protocols.Deployments;

/// <summary>One reason for how calls are computed together, in no language: <see cref="BatchingState.Why"/> says the same in English.</summary>
/// <param name="Code">Which reason; one of <see cref="Codes"/>.</param>
/// <param name="Numbers">What it rests on, in the order in which a sentence tells it.</param>
public sealed record BatchingReason(string Code, IReadOnlyList<BatchingNumber> Numbers)
{
    /// <summary>Nothing is measured yet.</summary>
    public const string Unmeasured = "unmeasured";

    /// <summary>It is not in memory.</summary>
    public const string NotLoaded = "not-loaded";

    /// <summary>The deployment says how many rows: <c>rows</c>.</summary>
    public const string Said = "said";

    /// <summary>Sizes are still tried out: a batch of <c>rows</c> takes <c>batchMs</c>, and twice as many come next.</summary>
    public const string Trying = "trying";

    /// <summary>A batch takes <c>fixedMs</c> and <c>rowMs</c> a row; beyond <c>rows</c> the fixed part is under <c>share</c>, so more would save little.</summary>
    public const string FixedPart = "fixed-part";

    /// <summary><c>rows</c> take <c>batchMs</c>, within <c>share</c> of the target of <c>targetMs</c>, for a batch takes <c>fixedMs</c> and <c>rowMs</c> a row.</summary>
    public const string Target = "target";

    /// <summary>No waiting: the workers are <c>busy</c> only so much of the time.</summary>
    public const string Idle = "idle";

    /// <summary>No waiting without a target.</summary>
    public const string NoTarget = "no-target";

    /// <summary>No waiting: it would save nothing.</summary>
    public const string NoSaving = "no-saving";

    /// <summary>Calls wait <c>delayMs</c>: the workers are <c>busy</c> so much of the time, and a batch's fixed part is <c>fixedMs</c>.</summary>
    public const string Waiting = "waiting";

    /// <summary>A reason with its numbers.</summary>
    public static BatchingReason Of(string code, params ReadOnlySpan<(string Name, double Value)> numbers)
    {
        var told = new BatchingNumber[numbers.Length];
        for (int i = 0; i < told.Length; i++) told[i] = new BatchingNumber(numbers[i].Name, numbers[i].Value);
        return new BatchingReason(code, told);
    }

    /// <summary>Every code there is.</summary>
    public static IReadOnlyList<string> Codes { get; } = [Unmeasured, NotLoaded, Said, Trying, FixedPart, Target, Idle, NoTarget, NoSaving, Waiting];
}

/// <summary>A number that a reason rests on.</summary>
/// <param name="Name"><c>rows</c> is a count, what ends in <c>Ms</c> milliseconds, and <c>share</c> and <c>busy</c> are parts of one.</param>
/// <param name="Value">The number.</param>
public sealed record BatchingNumber(string Name, double Value);
