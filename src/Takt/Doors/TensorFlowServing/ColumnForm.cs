using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Tensors;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;

namespace Takt.Doors.TensorFlowServing;

/// <summary>One entry a tensor: the bare tensor where the model has one, else an object by name. First axes may differ.</summary>
static class ColumnForm
{
    /// <summary>Reads <c>inputs</c>.</summary>
    public static InferTensor[] Read(ModelDescription model, JsonNode? inputs)
    {
        if (inputs is not JsonObject named)
            return model.Inputs is [var only] ? [NestedTensors.Read(only, inputs, "inputs")] : throw new InputException("'inputs' that is no object", $"tensors by name: {string.Join(", ", model.Inputs.Select(i => i.Name))}");
        string[] names = [.. model.Inputs.Select(i => i.Name)];
        var problems = named.Select(field => field.Key).Except(names).Select(name => new Problem($"input '{name}', which this model does not take", WayOut: NearestName.Suggest(name, names)))
            .Concat(names.Where(name => !named.ContainsKey(name)).Select(name => new Problem($"no input '{name}'"))).ToList();
        if (problems.Count > 0) throw new InputException(problems);
        return [.. model.Inputs.Select(want => NestedTensors.Read(want, named[want.Name], $"input '{want.Name}'"))];
    }

    /// <summary>Writes the answer tensor by tensor.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<InferTensor> outputs)
    {
        if (outputs is [var only])
        {
            NestedTensors.Write(writer, only);
            return;
        }

        writer.WriteStartObject();
        foreach (var output in outputs)
        {
            writer.WritePropertyName(output.Name);
            NestedTensors.Write(writer, output);
        }

        writer.WriteEndObject();
    }
}
