using System.Globalization;
using System.Net;
using Takt.Protocols.Problems;

namespace Takt.Client;

/// <summary>A call got no answer: the server refused it, could not be reached, or took too long (<see cref="TaktTimeoutException"/>).</summary>
public class TaktException : Exception
{
    /// <summary>A failure.</summary>
    /// <param name="status">HTTP status; null = there was no answer at all.</param>
    /// <param name="problems">What is wrong, at least one.</param>
    /// <param name="requestId">The request's id in the server's log, or null.</param>
    /// <param name="retryAfter">How long the server asks to wait, or null.</param>
    /// <param name="inner">What it came from, or null.</param>
    public TaktException(int? status, IReadOnlyList<Problem> problems, string? requestId = null, TimeSpan? retryAfter = null, Exception? inner = null)
        : base(Sentence(status, problems, requestId), inner) =>
        (Status, Problems, RequestId, RetryAfter) = (status, problems, requestId, retryAfter);

    /// <summary>HTTP status; null = there was no answer at all, or a stream that had begun well failed.</summary>
    public int? Status { get; }

    /// <summary>What is wrong: found, expected, way out. The server tells every problem that it found, up to a hundred.</summary>
    public IReadOnlyList<Problem> Problems { get; }

    /// <summary>The request's id in the server's log; null where no Takt answered.</summary>
    public string? RequestId { get; }

    /// <summary>How long the server asks to wait before the next attempt; null = it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    static string Sentence(int? status, IReadOnlyList<Problem> problems, string? requestId)
    {
        string text = string.Join(' ', problems);
        if (status is { } number) text = string.Create(CultureInfo.InvariantCulture, $"{number} {(HttpStatusCode)number}: {text}");
        return requestId is null ? text : $"{text} (request {requestId})";
    }
}
