using System.Collections;

namespace Takt.Doors.Requests;

/// <summary>Gives every request an id: the caller's own if it sent a sensible one, so that its log and ours can be laid side by side.</summary>
sealed class RequestIds(RequestDelegate next, ILogger<RequestIds> log)
{
    const string Header = "X-Request-Id";
    const int Longest = 64;

    /// <summary>Called by the server for each request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        string? sent = context.Request.Headers[Header];
        // Only what cannot break a line of the log or a header.
        if (sent is { Length: > 0 and <= Longest } && sent.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')) context.TraceIdentifier = sent;
        context.Response.Headers[Header] = context.TraceIdentifier;
        using (log.BeginScope(new RequestScope(context.TraceIdentifier))) await next(context);
    }

    /// <summary>What log lines of a request carry: looked at only where there is a line.</summary>
    sealed class RequestScope(string id) : IReadOnlyList<KeyValuePair<string, object>>
    {
        public int Count => 1;

        public KeyValuePair<string, object> this[int index] => index == 0 ? new("RequestId", id) : throw new ArgumentOutOfRangeException(nameof(index));

        public IEnumerator<KeyValuePair<string, object>> GetEnumerator()
        {
            yield return this[0];
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"RequestId:{id}";
    }
}
