using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.OpenInference;

namespace Takt.Graphs.Packages;

/// <summary>A request of the Open Inference Protocol that a model can answer.</summary>
public static class SampleRequest
{
    /// <summary>Elements that people are shown of a tensor.</summary>
    const int MostShown = 8;

    /// <summary>The whole request, ready to be sent.</summary>
    public static string Whole(TensorCase @case) =>
        JsonSerializer.Serialize(new InferRequest([.. @case.Inputs.Select(i => i.ToTensor())]), OpenInferenceJson.Default.InferRequest);

    /// <summary>A request of rows for people to fill in: a row of typical values, or of nothing where none are known.</summary>
    public static string Row(Schema columns) => new JsonObject
    {
        ["rows"] = new JsonArray(new JsonObject(columns.Columns.Select(c => KeyValuePair.Create(c.Header, (JsonNode?)(c.Kind switch
        {
            ColumnKind.Text => c.Typical ?? "",
            ColumnKind.Boolean => c.Typical == "true",
            _ => double.TryParse(c.Typical, CultureInfo.InvariantCulture, out double typical) ? typical : 0,
        }))))),
    }.ToJsonString();

    /// <summary>The request as people are shown it: an input a line, long data cut.</summary>
    public static string Short(TensorCase @case)
    {
        var text = new StringBuilder("{\"inputs\": [\n");
        for (int i = 0; i < @case.Inputs.Count; i++)
        {
            using var whole = JsonDocument.Parse(JsonSerializer.Serialize(@case.Inputs[i].ToTensor(), OpenInferenceJson.Default.InferTensor));
            var data = whole.RootElement.GetProperty("data");
            int count = data.GetArrayLength();
            text.Append(CultureInfo.InvariantCulture, $"  {{\"name\": {whole.RootElement.GetProperty("name").GetRawText()}, \"shape\": [{string.Join(", ", @case.Inputs[i].Shape)}], \"datatype\": \"{@case.Inputs[i].Type.WireName()}\", \"data\": [")
                .AppendJoin(", ", data.EnumerateArray().Take(MostShown).Select(e => e.GetRawText()))
                .Append(count > MostShown ? $", … {count - MostShown:N0} more" : "")
                .Append(i + 1 < @case.Inputs.Count ? "]},\n" : "]}\n");
        }

        return text.Append("]}").ToString();
    }
}
