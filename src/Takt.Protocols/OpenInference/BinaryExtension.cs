using System.Text.Json;
using Takt.Protocols.Problems;

namespace Takt.Protocols.OpenInference;

/// <summary>
/// The binary tensor extension: a JSON part whose length a header tells, and after it the bytes of the tensors that the JSON part only describes, in its order.
/// The bytes are those of <see cref="WireTensors"/>.
/// </summary>
public static class BinaryExtension
{
    /// <summary>The header that tells the length of the JSON part.</summary>
    public const string LengthHeader = "Inference-Header-Content-Length";

    /// <summary>The content type of bodies with such a part.</summary>
    public const string ContentType = "application/octet-stream";

    /// <summary>Parameter of a tensor: how many bytes stand after the JSON part for it.</summary>
    public const string SizeParameter = "binary_data_size";

    /// <summary>Parameter of a requested output: whether it is wanted as bytes.</summary>
    public const string WantedParameter = "binary_data";

    /// <summary>Parameter of a request: whether all outputs are wanted as bytes that say nothing else.</summary>
    public const string AllWantedParameter = "binary_data_output";

    /// <summary>Writes what a tensor is, without its values.</summary>
    public static void WriteDescription(Utf8JsonWriter writer, InferTensor tensor)
    {
        writer.WriteStartObject();
        writer.WriteString("name", tensor.Name);
        writer.WriteStartArray("shape");
        foreach (long size in tensor.Shape) writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteString("datatype", tensor.Type.WireName());
        writer.WriteStartObject("parameters");
        writer.WriteNumber(SizeParameter, WireTensors.LengthOf(tensor));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Puts the bytes after the JSON part into the tensors that only describe theirs; numbers are not copied.</summary>
    /// <param name="tensors">The tensors of the JSON part.</param>
    /// <param name="bytes">All that stands after it.</param>
    /// <exception cref="InputException">Sizes and bytes do not fit each other.</exception>
    public static InferTensor[] Fill(IReadOnlyList<InferTensor> tensors, ReadOnlyMemory<byte> bytes)
    {
        var filled = new InferTensor[tensors.Count];
        for (int i = 0; i < filled.Length; i++)
        {
            var tensor = filled[i] = tensors[i];
            if (!tensor.IsElsewhere) continue;
            long size = tensor.Parameters![SizeParameter].TryGetValue(out long given) ? given : -1;
            if (size < 0 || size > bytes.Length)
                throw new InputException($"{SizeParameter} {tensor.Parameters[SizeParameter].ToJsonString()}", $"0 to {bytes.Length}, the bytes that are left", where: $"tensor '{tensor.Name}'");
            filled[i] = WireTensors.Read(tensor.Name, tensor.Type.WireName(), tensor.Shape, bytes[..(int)size], tensor.Parameters);
            bytes = bytes[(int)size..];
        }

        return bytes.IsEmpty ? filled : throw new InputException($"{bytes.Length} bytes after the last tensor", "none");
    }
}
