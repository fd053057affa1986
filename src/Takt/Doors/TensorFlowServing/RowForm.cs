using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Tensors;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;

namespace Takt.Doors.TensorFlowServing;

/// <summary>One entry a row: the bare value where the model has one tensor, else an object by name. All tensors share their first axis.</summary>
static class RowForm
{
    /// <summary>Reads <c>instances</c>.</summary>
    public static InferTensor[] Read(ModelDescription model, JsonNode? instances)
    {
        if (instances is not JsonArray { Count: > 0 } rows) throw new InputException("'instances' that is no list of rows", "at least one row");
        if (model.Inputs is [var only] && !rows.All(r => r is JsonObject named && named.ContainsKey(only.Name))) return [NestedTensors.Read(only, rows, "instances")];

        var problems = new List<Problem>();
        string[] names = [.. model.Inputs.Select(i => i.Name)];
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i] is not JsonObject row) problems.Add(new Problem("a row that is no object", $"values by name: {string.Join(", ", names)}", Where: $"instances[{i}]"));
            else
                foreach (string name in row.Select(field => field.Key).Except(names).Concat(names.Except(row.Select(field => field.Key))))
                    problems.Add(new Problem(row.ContainsKey(name) ? $"input '{name}', which this model does not take" : $"no input '{name}'", string.Join(", ", names), Where: $"instances[{i}]"));
        }

        if (problems.Count > 0) throw new InputException(problems);
        return [.. model.Inputs.Select(want => NestedTensors.Read(want, new JsonArray([.. rows.Select(r => r![want.Name]?.DeepClone())]), $"input '{want.Name}'"))];
    }

    /// <summary>Writes the answer row by row.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<InferTensor> outputs)
    {
        long rows = outputs[0].Shape.Count > 0 ? outputs[0].Shape[0] : 0;
        if (outputs.Any(o => o.Shape.Count == 0 || o.Shape[0] != rows)) throw new InputException("outputs that do not share their first axis", "rows", "Ask in the column form, with 'inputs'");
        writer.WriteStartArray();
        for (int row = 0; row < rows; row++)
        {
            if (outputs is [var only])
            {
                NestedTensors.Write(writer, only, row);
                continue;
            }

            writer.WriteStartObject();
            foreach (var output in outputs)
            {
                writer.WritePropertyName(output.Name);
                NestedTensors.Write(writer, output, row);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
