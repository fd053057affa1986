using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Bodies;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Calls;

namespace Takt.Doors.Requests;

/// <summary>Makes the context of a call from what a request says beside its tensors.</summary>
static class CallContexts
{
    /// <summary>Headers that say how long, and until when, a caller waits. Every door over HTTP knows them: some protocols have no other place for it.</summary>
    public const string TimeoutHeader = "Takt-Timeout-Ms", DeadlineHeader = "Takt-Deadline";

    /// <summary>Nobody waits longer than a day for one answer.</summary>
    const long LongestMicroseconds = 24L * 60 * 60 * 1_000_000;

    /// <summary>
    /// The parameters of the Open Inference Protocol: <c>priority</c> (1 is the most urgent) and <c>timeout</c> (microseconds) are its schedule policy, <c>deadline</c> is a moment as in RFC 3339,
    /// every other one is context (station, recipe, …) that a deployment's traffic rules may look at.
    /// </summary>
    /// <param name="http">The request; its end is the caller's leaving.</param>
    /// <param name="model">The model that is asked.</param>
    /// <param name="id">The caller's id for the call; null = the request's.</param>
    /// <param name="door">The way it came; see <see cref="Protocols.Requests.RequestDoors"/>.</param>
    /// <param name="parameters">The request's parameters, or null.</param>
    /// <exception cref="InputException">Priority or timeout is no whole number from 0, or deadline is no moment, there or in a header.</exception>
    public static CallContext Of(HttpContext http, ModelReference model, string? id, string door, IReadOnlyDictionary<string, JsonValue>? parameters = null)
    {
        var call = new CallContext(model) { Id = id ?? http.TraceIdentifier, Door = door, Timeout = TimeoutOf(http.Request), Deadline = DeadlineOf(http.Request), Stop = http.RequestAborted };
        if (parameters is not { Count: > 0 }) return call;

        var context = new Dictionary<string, string>(parameters.Count);
        foreach (var (name, value) in parameters)
        {
            switch (name)
            {
                case "priority":
                    call = call with { Priority = (int)Whole(name, value, int.MaxValue, "1 is the most urgent, 0 the deployment's default") };
                    break;
                case "timeout":
                    long microseconds = Whole(name, value, LongestMicroseconds, "It is in microseconds; 0 means the deployment's default");
                    if (microseconds > 0) call = call.Within(TimeSpan.FromMicroseconds(microseconds));
                    break;
                case "deadline":
                    call = call.Within(null, Moments.Read(name, value));
                    break;
                case BinaryExtension.AllWantedParameter:
                    break; // how the answer is written, not where the call comes from
                default:
                    context[name] = value.ToString();
                    break;
            }
        }

        return call with { Parameters = context };
    }

    /// <summary>The call with further limits; of several the earliest counts.</summary>
    public static CallContext Within(this CallContext call, TimeSpan? timeout, DateTimeOffset? deadline = null) => call with
    {
        Timeout = timeout < call.Timeout || call.Timeout is null ? timeout : call.Timeout,
        Deadline = deadline < call.Deadline || call.Deadline is null ? deadline : call.Deadline,
    };

    static TimeSpan? TimeoutOf(HttpRequest request) => !request.Headers.TryGetValue(TimeoutHeader, out var text) ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double milliseconds) && milliseconds <= JsonFields.LongestMs ? TimeSpan.FromMilliseconds(milliseconds)
        : throw new InputException($"'{text}' as {TimeoutHeader}", "milliseconds, from 0 to a day");

    static DateTimeOffset? DeadlineOf(HttpRequest request) =>
        request.Headers.TryGetValue(DeadlineHeader, out var text) ? Moments.Read(DeadlineHeader, JsonValue.Create(text.ToString())) : null;

    static long Whole(string name, JsonValue value, long most, string wayOut) =>
        value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long whole) && whole >= 0 && whole <= most
            ? whole
            : throw new InputException($"{value.ToJsonString()} as parameter '{name}'", string.Create(CultureInfo.InvariantCulture, $"a whole number from 0 to {most}"), wayOut);
}
