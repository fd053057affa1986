using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Client.Sending;

/// <summary>Makes a <see cref="TaktException"/> of what came instead of an answer.</summary>
static class Failures
{
    /// <summary>Characters of a body that is in no known form, such as a proxy's page.</summary>
    const int LongestText = 300;

    const int Unavailable = 503, GatewayTimeout = 504;

    /// <summary>A status that is no success.</summary>
    /// <param name="response">Status and headers.</param>
    /// <param name="body">The body: problem details, the Open Inference Protocol's error, or anything.</param>
    /// <param name="clock">For a Retry-After that names a time.</param>
    public static TaktException Of(HttpResponseMessage response, byte[] body, TimeProvider clock)
    {
        string? requestId = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.FirstOrDefault() : null;
        var details = Details(response, body);
        IReadOnlyList<Problem> problems = details switch
        {
            { Problems.Count: > 0 } => details.Problems,
            { Error: { } error } => [new Problem(error.TrimEnd('.'))],
            { Detail: { } detail } => [new Problem(detail.TrimEnd('.'))],
            _ => [new Problem(TextOf(response, body))],
        };
        var (status, id, wait) = ((int)response.StatusCode, details?.RequestId ?? requestId, WaitOf(response.Headers.RetryAfter, clock));
        // A server of Takt that says 503 and when to come back could not have answered in time; without that, it is the model that cannot answer.
        return status == GatewayTimeout || (status == Unavailable && wait is not null && id is not null)
            ? new TaktTimeoutException(status, problems, id, wait)
            : new TaktException(status, problems, id, wait);
    }

    /// <summary>A connection that failed.</summary>
    public static TaktException Of(HttpRequestException error, Uri address) => new(null,
        [new Problem($"no answer from {address}: {error.GetBaseException().Message.TrimEnd('.')}", WayOut: "Look whether the server runs and whether the address and the port are right")], inner: error);

    /// <summary>A connection that failed in the middle of a stream.</summary>
    public static TaktException Broken(Exception error, Uri address) => new(null,
        [new Problem($"a stream from {address} that broke off: {error.GetBaseException().Message.TrimEnd('.')}", "one that the server ends", "Open it again; what came before is good")], inner: error);

    /// <summary>A call that took too long.</summary>
    public static TaktTimeoutException Late(Call call, TimeSpan limit, Exception inner) => new(null,
        [new Problem(string.Create(CultureInfo.InvariantCulture, $"no answer to {call.Method} {call.Path} within {limit.TotalSeconds:0.###} s"), WayOut: "Give it more time, or ask for less at once")], inner: inner);

    /// <summary>A call whose time is over before it begins; it is not sent.</summary>
    public static TaktTimeoutException Passed(Call call) => new(null,
        [new Problem($"{call.Method} {call.Path} with no time left to answer it", "a timeout above zero and a deadline to come", "Look whether this machine's clock is right, or give the call more time")]);

    /// <summary>A stream that had begun well and then told of a failure.</summary>
    public static TaktException Told(string error) => new(null, [new Problem(error.TrimEnd('.'))]);

    /// <summary>A success in a form that is none of Takt's.</summary>
    public static TaktException Unreadable(HttpResponseMessage response, Exception inner) => new((int)response.StatusCode,
        [new Problem($"an answer that cannot be read: {inner.Message.TrimEnd('.')}", "an answer of Takt", "Look whether the address is a Takt server's, and whether it is much newer than this client")], inner: inner);

    static FailureBody? Details(HttpResponseMessage response, byte[] body)
    {
        if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) != true) return null;
        try
        {
            return JsonSerializer.Deserialize<FailureBody>(body, Wire.Options);
        }
        catch (JsonException)
        {
            return null; // somebody else's JSON is shown as text
        }
    }

    static string TextOf(HttpResponseMessage response, byte[] body)
    {
        string text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, LongestText)).Trim().TrimEnd('.');
        return text.Length > 0 ? text : response.ReasonPhrase ?? "no body";
    }

    /// <summary>Retry-After names seconds or a time (RFC 9110, 10.2.3).</summary>
    static TimeSpan? WaitOf(RetryConditionHeaderValue? header, TimeProvider clock) => header switch
    {
        { Delta: { } wait } => wait,
        { Date: { } time } when time - clock.GetUtcNow() is var wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>What bodies of failures say, whichever the protocol: RFC 9457 problem details with Takt's problems, or <see cref="InferError"/>.</summary>
    sealed record FailureBody(string? Detail, IReadOnlyList<Problem>? Problems, string? RequestId, string? Error);
}
