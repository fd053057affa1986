using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Bodies;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Doors.OpenInference;

/// <summary>Tensors as the generate extension writes them: a field of the model's own name for each, a bare value or a flat list.</summary>
static class GenerateFields
{
    public const string Id = "id", Parameters = "parameters", Name = "model_name", Version = "model_version";

    /// <summary>The inputs of a request. A parameter that bears the name of an input is that input; the others stay parameters of the call.</summary>
    /// <param name="body">The request.</param>
    /// <param name="wanted">What the model takes.</param>
    /// <returns>The inputs, the parameters that are left, and the request's id.</returns>
    /// <exception cref="InputException">Fields that the model does not take, does not get, or cannot read; all of them.</exception>
    public static (List<InferTensor> Inputs, Dictionary<string, JsonValue> Parameters, string? Id) Read(JsonObject body, IReadOnlyList<TensorMetadata> wanted)
    {
        var problems = new List<Problem>();
        var values = new Dictionary<string, JsonNode?>();
        var parameters = new Dictionary<string, JsonValue>();
        string[] names = [.. wanted.Select(w => w.Name)];
        foreach (var (name, value) in body.Where(field => field.Key is not (Id or Parameters)))
            if (names.Contains(name)) values[name] = value;
            else problems.Add(new Problem($"unknown field '{name}'", string.Join(", ", [.. names, Parameters, Id]), NearestName.Suggest(name, [.. names, Parameters, Id])));
        if (body[Parameters] is JsonObject given)
        {
            foreach (var (name, value) in given)
                if (names.Contains(name)) values[name] = value;
                else if (value is JsonValue one) parameters[name] = one;
                else problems.Add(new Problem($"parameter '{name}' that is no value", "a string, a number, true or false"));
        }
        else if (body[Parameters] is not null)
        {
            problems.Add(new Problem($"'{Parameters}' that is no object", "an object of values by name"));
        }

        string? id = null;
        if (body[Id] is JsonValue text && text.GetValueKind() == JsonValueKind.String) id = text.GetValue<string>();
        else if (body[Id] is not null) problems.Add(new Problem($"'{Id}' that is no text", "a text"));

        var inputs = new List<InferTensor>();
        foreach (var input in wanted)
            if (values.TryGetValue(input.Name, out var value)) Add(input, value, inputs, problems);
            else problems.Add(new Problem($"no field '{input.Name}'", $"{input.Type.WireName()}, a value or a list"));
        return problems.Count > 0 ? throw new InputException(problems) : (inputs, parameters, id);
    }

    /// <summary>One answer, or one piece of it.</summary>
    public static JsonObject Write(string model, string version, string? id, IReadOnlyList<InferTensor> outputs)
    {
        var written = Begin(model, version, id);
        foreach (var output in outputs) written[output.Name] = Bare([.. Values(output)]);
        return written;
    }

    /// <summary>All pieces as one answer: texts one after the other, numbers in a list.</summary>
    public static JsonObject Join(string model, string version, string? id, IReadOnlyList<IReadOnlyList<InferTensor>> pieces)
    {
        var written = Begin(model, version, id);
        foreach (var parts in pieces.SelectMany(piece => piece).GroupBy(output => output.Name))
            written[parts.Key] = parts.First().Type == TensorType.Bytes
                ? parts.SelectMany(part => part.Texts.ToArray()).Aggregate(new StringBuilder(), (all, text) => all.Append(text)).ToString()
                : Bare([.. parts.SelectMany(Values)]);
        return written;
    }

    static JsonObject Begin(string model, string version, string? id)
    {
        var written = new JsonObject { [Name] = model, [Version] = version };
        if (id is not null) written[Id] = id;
        return written;
    }

    static void Add(TensorMetadata input, JsonNode? value, List<InferTensor> inputs, List<Problem> problems)
    {
        var data = value is JsonArray list ? (JsonArray)list.DeepClone() : [value?.DeepClone()];
        var tensor = new JsonObject { ["name"] = input.Name, ["datatype"] = input.Type.WireName(), ["shape"] = new JsonArray([.. ShapeOf(input.Shape, data.Count).Select(size => (JsonNode)size)]), ["data"] = data };
        try
        {
            inputs.Add(tensor.Deserialize(OpenInferenceJson.Default.InferTensor)!);
        }
        catch (InputException wrong)
        {
            problems.AddRange(wrong.Problems);
        }
        catch (JsonException wrong)
        {
            problems.AddRange(JsonBody.Explain(wrong).Problems.Select(p => p with { Where = input.Name }));
        }
    }

    /// <summary>The model's sizes; of those that are open the last takes all values and the others are 1.</summary>
    static IEnumerable<long> ShapeOf(IReadOnlyList<long> sizes, int count)
    {
        int open = sizes.ToList().LastIndexOf(-1);
        long known = sizes.Where(size => size > 0).Aggregate(1L, (product, size) => product * size);
        return sizes.Select((size, axis) => size >= 0 ? size : axis == open ? Math.Max(1, count / known) : 1);
    }

    static IEnumerable<JsonNode?> Values(InferTensor tensor) =>
        JsonSerializer.SerializeToNode(tensor, OpenInferenceJson.Default.InferTensor)!["data"]!.AsArray().Select(value => value?.DeepClone());

    static JsonNode? Bare(JsonNode?[] values) => values is [var one] ? one : new JsonArray(values);
}
