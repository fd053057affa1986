using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Batching;

namespace Takt.Serving.Requests;

/// <summary>Rows and their predictions as they are kept: JSON, as the rows door writes it, with nothing where a value is hidden.</summary>
static class RowsPayload
{
    /// <summary>The form's name.</summary>
    public const string Form = "rows";

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>What a call brought.</summary>
    public static byte[] WriteInput(RowsCall call, Redaction redaction) => Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartArray("rows");
        foreach (var row in call.Request.Rows) WriteRow(writer, row, redaction);
        writer.WriteEndArray();
        WriteParameters(writer, call.Context.Parameters, redaction);
        writer.WriteEndObject();
    });

    /// <summary>What it got; null where there was no answer, or the target itself is hidden.</summary>
    public static byte[]? WriteOutput(RowsCall call, Redaction redaction)
    {
        if (call.Answer is not { } answer || redaction.HidesOutput(call.Model!.Target)) return null;
        if (!redaction.IsNothing) answer = Hide(answer, redaction);
        return JsonSerializer.SerializeToUtf8Bytes(new Output(answer.Predictions, answer.Errors), Options);
    }

    /// <summary>Reads what a call brought.</summary>
    public static (IReadOnlyList<JsonObject> Rows, IReadOnlyDictionary<string, string>? Parameters) ReadInput(byte[] input)
    {
        var read = JsonNode.Parse(input)!.AsObject();
        return ([.. read["rows"]!.AsArray().Select(row => row!.AsObject())], ReadParameters(read));
    }

    /// <summary>Reads what it got.</summary>
    public static (IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Errors) ReadOutput(byte[] output)
    {
        var read = JsonSerializer.Deserialize<Output>(output, Options)!;
        return (read.Predictions, read.Errors);
    }

    internal static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(text)) write(writer);
        return text.WrittenSpan.ToArray();
    }

    internal static void WriteParameters(Utf8JsonWriter writer, IReadOnlyDictionary<string, string> parameters, Redaction redaction)
    {
        if (parameters.Count == 0) return;
        writer.WriteStartObject("parameters");
        foreach (var (name, value) in parameters)
            if (!redaction.HidesParameter(name)) writer.WriteString(name, value);
        writer.WriteEndObject();
    }

    internal static IReadOnlyDictionary<string, string>? ReadParameters(JsonObject read) =>
        (read["parameters"] as JsonObject)?.ToDictionary(p => p.Key, p => p.Value!.GetValue<string>());

    static void WriteRow(Utf8JsonWriter writer, JsonObject row, Redaction redaction)
    {
        writer.WriteStartObject();
        foreach (var (key, value) in row)
        {
            writer.WritePropertyName(key);
            if (value is null || redaction.HidesColumn(key)) writer.WriteNullValue();
            else value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    /// <summary>Reasons name what the row held, or follow from it, and problems quote it.</summary>
    static RowsAnswer Hide(RowsAnswer answer, Redaction redaction) => answer with
    {
        Predictions = [.. answer.Predictions.Select(p => p.Explanation is not { } why ? p : p with
        {
            Explanation = why with { Contributions = [.. why.Contributions.Where(c => !redaction.HidesColumn(c.Column))] },
        })],
        Errors = [.. answer.Errors.Select(e => e with { Problem = new("a value that is not kept, for columns are redacted", Where: e.Problem.Where) })],
    };

    sealed record Output(IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Errors);
}
