using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Serving.Batching;

namespace Takt.Serving.Requests;

/// <summary>A tensor of a written call; its values are null where they were hidden.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Values">The tensor itself; null = its values are redacted.</param>
public sealed record KeptTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, InferTensor? Values);

/// <summary>
/// Tensors as they are kept: the length of a description in four bytes, the description in JSON, and after it the numbers in the protocol's binary form, bit by bit.
/// Texts stand in the description, where a missing one can be told from an empty one.
/// </summary>
static class TensorsPayload
{
    /// <summary>The form's name.</summary>
    public const string Form = "tensors";

    /// <summary>What a call brought.</summary>
    public static byte[] WriteInput(TensorsCall call, Redaction redaction) =>
        Write(call.Given, t => t.IsElsewhere || redaction.HidesInput(t.Name), writer => RowsPayload.WriteParameters(writer, call.Context.Parameters, redaction)); // of one that is elsewhere no values came

    /// <summary>What it got; null where there was no answer.</summary>
    public static byte[]? WriteOutput(TensorsCall call, Redaction redaction) =>
        call.Answer is null ? null : Write(call.Wanted(), t => redaction.HidesOutput(t.Name), _ => { });

    /// <summary>Reads what a call brought or got.</summary>
    public static (IReadOnlyList<KeptTensor> Tensors, IReadOnlyDictionary<string, string>? Parameters) Read(byte[] kept)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(kept);
        var description = JsonNode.Parse(kept.AsSpan(sizeof(int), length))!.AsObject();
        var tensors = new List<KeptTensor>();
        int at = sizeof(int) + length;
        foreach (var node in description["tensors"]!.AsArray())
        {
            string name = node!["name"]!.GetValue<string>();
            var type = TensorTypes.Find(node["datatype"]!.GetValue<string>())!.Value;
            long[] shape = [.. node["shape"]!.AsArray().Select(size => size!.GetValue<long>())];
            InferTensor? values = null;
            if (node["texts"] is JsonArray texts)
            {
                values = new InferTensor(name, shape, texts.Select(text => text?.GetValue<string>()).ToArray());
            }
            else if (node["bytes"] is { } size)
            {
                values = new InferTensor(name, type, shape, kept.AsMemory(at, size.GetValue<int>()));
                at += size.GetValue<int>();
            }

            tensors.Add(new KeptTensor(name, type, shape, values));
        }

        return (tensors, RowsPayload.ReadParameters(description));
    }

    static byte[] Write(IReadOnlyList<InferTensor> tensors, Func<InferTensor, bool> hides, Action<Utf8JsonWriter> writeMore)
    {
        bool[] hidden = [.. tensors.Select(hides)];
        byte[] description = RowsPayload.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tensors");
            for (int i = 0; i < hidden.Length; i++) Describe(writer, tensors[i], hidden[i]);
            writer.WriteEndArray();
            writeMore(writer);
            writer.WriteEndObject();
        });
        int size = sizeof(int) + description.Length;
        for (int i = 0; i < hidden.Length; i++) size += hidden[i] ? 0 : tensors[i].Bytes.Length;
        byte[] kept = new byte[size];
        BinaryPrimitives.WriteInt32LittleEndian(kept, description.Length);
        description.CopyTo(kept, sizeof(int));
        int at = sizeof(int) + description.Length;
        for (int i = 0; i < hidden.Length; i++)
        {
            if (hidden[i]) continue;
            tensors[i].Bytes.Span.CopyTo(kept.AsSpan(at));
            at += tensors[i].Bytes.Length;
        }

        return kept;
    }

    static void Describe(Utf8JsonWriter writer, InferTensor tensor, bool hidden)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tensor.Name);
        writer.WriteString("datatype", tensor.Type.WireName());
        writer.WriteStartArray("shape");
        foreach (long length in tensor.Shape) writer.WriteNumberValue(length);
        writer.WriteEndArray();
        if (!hidden && tensor.Type == TensorType.Bytes)
        {
            writer.WriteStartArray("texts");
            foreach (string? text in tensor.Texts.Span) writer.WriteStringValue(text);
            writer.WriteEndArray();
        }
        else if (!hidden)
        {
            writer.WriteNumber("bytes", tensor.Bytes.Length);
        }

        writer.WriteEndObject();
    }
}
