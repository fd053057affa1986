using System.Text.Json.Nodes;

namespace Takt.Client.Tensors;

/// <summary>What is said of an inference beside its tensors, in the Open Inference Protocol's words.</summary>
static class InferParameters
{
    /// <summary>The caller's parameters, with <c>priority</c> and <c>timeout</c> (whole microseconds, at least 1) of the protocol's schedule policy.</summary>
    /// <returns>Null if there is nothing to say.</returns>
    public static Dictionary<string, JsonValue>? Of(IReadOnlyDictionary<string, string>? context, int priority, TimeSpan? timeout)
    {
        var parameters = new Dictionary<string, JsonValue>();
        foreach (var (name, text) in context ?? new Dictionary<string, string>()) parameters[name] = JsonValue.Create(text);
        if (priority != 0) parameters["priority"] = JsonValue.Create(priority);
        if (timeout is { } time) parameters["timeout"] = JsonValue.Create(Math.Max(1, (long)time.TotalMicroseconds));
        return parameters.Count > 0 ? parameters : null;
    }
}
