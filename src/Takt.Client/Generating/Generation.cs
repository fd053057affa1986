using System.Text.Json;
using System.Text.Json.Nodes;

namespace Takt.Client.Generating;

/// <summary>What a model generated: all of it, or one piece of a stream.</summary>
/// <param name="Model">The model that answers.</param>
/// <param name="Version">Its version.</param>
/// <param name="Outputs">The model's outputs by name: a value, or a list of values.</param>
public sealed record Generation(string Model, string Version, JsonObject Outputs)
{
    const string ModelField = "model_name", VersionField = "model_version", TextField = "text_output";

    /// <summary>The text, of a model that writes one; null otherwise.</summary>
    public string? Text => Outputs[TextField] is JsonValue text && text.TryGetValue(out string? written) ? written : null;

    /// <summary>Reads an answer or a piece.</summary>
    /// <exception cref="JsonException">It is neither.</exception>
    internal static Generation Read(JsonObject answer)
    {
        string model = Take(ModelField), version = Take(VersionField);
        return new Generation(model, version, answer);

        string Take(string name) =>
            answer.TryGetPropertyValue(name, out var value) && answer.Remove(name) && value is JsonValue text && text.TryGetValue(out string? written) ? written : throw new JsonException($"no '{name}'");
    }
}
