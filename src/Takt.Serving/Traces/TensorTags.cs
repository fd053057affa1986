using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Serving.Batching;
using Takt.Serving.Requests;

namespace Takt.Serving.Traces;

/// <summary>What came and went, as tags of a span: types, shapes and the first values. For debugging; whoever asks for it sees what callers send.</summary>
static class TensorTags
{
    /// <summary>Values of a tensor that are told: enough for a row, too little to be a copy of the data.</summary>
    const int MostValues = 32;

    /// <summary>Rows that are told.</summary>
    const int MostRows = 4;

    public static void Set(Activity span, Call call, Redaction redaction)
    {
        switch (call)
        {
            case RowsCall rows:
                for (int i = 0; i < Math.Min(rows.Rows, MostRows); i++) span.SetTag($"takt.input.{i}", Show(rows.Request.Rows[i], redaction));
                if (redaction.HidesOutput(rows.Model!.Target)) break;
                foreach (var prediction in rows.Answer!.Predictions.Take(MostRows))
                    span.SetTag($"takt.output.{prediction.Row.ToString(CultureInfo.InvariantCulture)}", Show(prediction.Value, prediction.Probability));
                break;
            case TensorsCall tensors:
                foreach (var tensor in tensors.Inputs) span.SetTag($"takt.input.{tensor.Name}", Show(tensor, redaction.HidesInput(tensor.Name)));
                foreach (var tensor in tensors.Answer?.Outputs ?? [])   // of what comes in pieces none is kept
                    span.SetTag($"takt.output.{tensor.Name}", Show(tensor, redaction.HidesOutput(tensor.Name)));
                break;
        }
    }

    static string Show(JsonValue value, double? probability) =>
        probability is null ? value.ToJsonString() : string.Create(CultureInfo.InvariantCulture, $"{value.ToJsonString()} with probability {probability:R}");

    static string Show(JsonObject row, Redaction redaction) =>
        redaction.IsNothing ? row.ToJsonString() : new JsonObject(row.Where(field => !redaction.HidesColumn(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))).ToJsonString();

    static string Show(InferTensor tensor, bool isHidden)
    {
        if (isHidden) return $"{tensor.Type.WireName()} [{string.Join(", ", tensor.Shape)}]";
        var values = tensor.Type == TensorType.Bytes
            ? tensor.Texts.ToArray().Take(MostValues).Select(text => $"\"{text}\"")
            : First(tensor).AsDoubles()!.Select(value => value.ToString("R", CultureInfo.InvariantCulture));
        return $"{tensor.Type.WireName()} [{string.Join(", ", tensor.Shape)}]: {string.Join(", ", values)}{(tensor.Count > MostValues ? ", …" : "")}";
    }

    static InferTensor First(InferTensor tensor)
    {
        int count = (int)Math.Min(tensor.Count, MostValues);
        return new InferTensor(tensor.Name, tensor.Type, [count], tensor.Bytes[..(count * tensor.Type.Size())]);
    }
}
