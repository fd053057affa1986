namespace Takt.Registry.Requests;

/// <summary>One call of a model as it was written down, without what it brought and got.</summary>
public sealed record LoggedRequest
{
    /// <summary>The outcome of a call that was answered; every other one names why it was not.</summary>
    public const string Ok = "ok";

    /// <summary>Rising number; 0 = not written yet.</summary>
    public long Id { get; init; }

    /// <summary>When it arrived.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The model that was asked.</summary>
    public required string Model { get; init; }

    /// <summary>The version that answered or failed to; null = it was refused before one was found.</summary>
    public int? Version { get; init; }

    /// <summary>What the caller named: <c>press</c>, <c>press@champion</c>, <c>press:3</c>.</summary>
    public required string Asked { get; init; }

    /// <summary>The way it came, as <c>Takt.Protocols.Requests.RequestDoors</c> names it.</summary>
    public required string Door { get; init; }

    /// <summary>Who asked, as the audit names it: <c>user:anna</c>, <c>key:k7f3a2c1</c>.</summary>
    public required string Caller { get; init; }

    /// <summary>The caller's id for the call; null = it gave none.</summary>
    public string? RequestId { get; init; }

    /// <summary>Rows in the request.</summary>
    public int Rows { get; init; }

    /// <summary><see cref="Ok"/>, or why there was no answer: <c>queue_full</c>, <c>bad_input</c>, …</summary>
    public required string Outcome { get; init; }

    /// <summary>Whether it was asked beside another version, so that nobody got this answer.</summary>
    public bool Shadow { get; init; }

    /// <summary>Finding the version and, the first time, loading it.</summary>
    public double LoadMs { get; init; }

    /// <summary>Waiting for its turn.</summary>
    public double QueueMs { get; init; }

    /// <summary>From rows or tensors to what the graph takes.</summary>
    public double InputMs { get; init; }

    /// <summary>The graph.</summary>
    public double ComputeMs { get; init; }

    /// <summary>From what the graph gives to the answer.</summary>
    public double OutputMs { get; init; }

    /// <summary>Whether what it brought and got was kept.</summary>
    public PayloadState Payload { get; init; }

    /// <summary>Bytes of that.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>All phases together.</summary>
    public double TotalMs => LoadMs + QueueMs + InputMs + ComputeMs + OutputMs;
}

/// <summary>Whether what a call brought and got was kept.</summary>
public enum PayloadState
{
    /// <summary>It was not to be.</summary>
    None,

    /// <summary>It was, except what is redacted.</summary>
    Kept,

    /// <summary>It was larger than the deployment allows.</summary>
    TooLarge,
}

/// <summary>What a call brought and got, in a form that the data plane knows.</summary>
/// <param name="Form"><c>rows</c> or <c>tensors</c>.</param>
/// <param name="Input">What it brought.</param>
/// <param name="Output">What it got; null = nothing, or all of it is redacted.</param>
/// <param name="Message">What a failure said; null where there was none or it might quote what is redacted.</param>
/// <param name="Redacted">The names whose values were taken out.</param>
public sealed record LoggedPayload(string Form, byte[] Input, byte[]? Output, string? Message, IReadOnlyList<string> Redacted)
{
    /// <summary>What it takes in memory and in the database.</summary>
    public long Bytes => Input.LongLength + (Output?.LongLength ?? 0) + (2L * (Message?.Length ?? 0));
}

/// <summary>Which of the written calls are meant.</summary>
public sealed record RequestFilter
{
    /// <summary>Calls of these models; null = of all.</summary>
    public IReadOnlyList<string>? Models { get; init; }

    /// <summary>Calls that this version answered; null = any.</summary>
    public int? Version { get; init; }

    /// <summary>Calls that ended so; <see cref="RequestStore.AnyFailure"/> = every one that was not answered; null = any.</summary>
    public string? Outcome { get; init; }

    /// <summary>Calls that came this way; null = any.</summary>
    public string? Door { get; init; }

    /// <summary>Calls from then on; null = from the first.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Calls before then; null = up to now.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only calls whose payload was kept and that were no shadow: those that can be replayed.</summary>
    public bool ReplayableOnly { get; init; }
}
