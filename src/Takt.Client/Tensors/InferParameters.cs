using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.Client.Tensors;

/// <summary>What is said of an inference beside its tensors, in the Open Inference Protocol's words.</summary>
static class InferParameters
{
    /// <summary>The caller's parameters, with <c>priority</c> and <c>timeout</c> (whole microseconds, at least 1) of the protocol's schedule policy and Takt's <c>deadline</c> (RFC 3339).</summary>
    /// <param name="context">The call's context.</param>
    /// <param name="left">What is left of its timeout; null = it has none.</param>
    /// <returns>Null if there is nothing to say.</returns>
    public static Dictionary<string, JsonValue>? Of(CallContext context, TimeSpan? left)
    {
        var parameters = new Dictionary<string, JsonValue>();
        foreach (var (name, text) in context.Parameters ?? new Dictionary<string, string>()) parameters[name] = JsonValue.Create(text);
        if (context.Priority != 0) parameters["priority"] = JsonValue.Create(context.Priority);
        if (left is { } time) parameters["timeout"] = JsonValue.Create(Math.Max(1, (long)time.TotalMicroseconds));
        if (context.Deadline is { } moment) parameters["deadline"] = JsonValue.Create(moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        return parameters.Count > 0 ? parameters : null;
    }
}
