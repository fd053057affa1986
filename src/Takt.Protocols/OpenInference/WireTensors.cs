using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Takt.Protocols.Problems;

namespace Takt.Protocols.OpenInference;

/// <summary>Tensors in the protocol's binary form: numbers little-endian and row-major without gaps, each text after its length in four bytes.</summary>
public static class WireTensors
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a tensor; numbers are not copied.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="datatype">Wire name of its type: <c>FP32</c>.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="bytes">All of its values and nothing else.</param>
    /// <param name="parameters">What else was said about it, or null.</param>
    /// <exception cref="InputException">The type is unknown, a size is negative, or the bytes do not fit.</exception>
    public static InferTensor Read(string name, string datatype, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes, IReadOnlyDictionary<string, JsonValue>? parameters = null)
    {
        var (type, count) = Check(name, datatype, shape);
        if (type == TensorType.Bytes) return new InferTensor(name, shape, ReadTexts(name, bytes.Span, count), parameters);
        return bytes.Length == count * type.Size()
            ? new InferTensor(name, type, shape, bytes, parameters)
            : throw new InputException($"{bytes.Length} bytes", $"{count * type.Size()} for {datatype} [{string.Join(", ", shape)}]", where: $"tensor '{name}'");
    }

    /// <summary>Checks type and shape, and counts the elements.</summary>
    /// <exception cref="InputException">The type is unknown, a size is negative, or there are too many elements.</exception>
    public static (TensorType Type, long Count) Check(string name, string datatype, IReadOnlyList<long> shape)
    {
        string where = $"tensor '{name}'";
        var type = TensorTypes.Find(datatype) ?? throw new InputException($"datatype '{datatype}'", $"one of {string.Join(", ", TensorTypes.Names)}", where: where);
        Int128 count = 1;
        foreach (long size in shape)
        {
            if (size < 0) throw new InputException($"size {size}", "sizes from 0", "-1 stands in metadata only", where);
            if ((count *= size) > Array.MaxLength) throw new InputException($"shape [{string.Join(", ", shape)}]", $"at most {Array.MaxLength} elements", "Send several smaller requests", where);
        }

        return (type, (long)count);
    }

    /// <summary>How many bytes <see cref="Write"/> will write.</summary>
    public static int LengthOf(InferTensor tensor)
    {
        if (tensor.Type != TensorType.Bytes) return tensor.Bytes.Length;
        long length = 0;
        foreach (string? text in tensor.Texts.Span) length += sizeof(uint) + Encoding.UTF8.GetByteCount(text ?? "");
        return checked((int)length);
    }

    /// <summary>Writes the values of a tensor.</summary>
    public static void Write(InferTensor tensor, IBufferWriter<byte> to)
    {
        if (tensor.Type != TensorType.Bytes)
        {
            to.Write(tensor.Bytes.Span);
            return;
        }

        foreach (string? text in tensor.Texts.Span)
        {
            int length = Encoding.UTF8.GetByteCount(text ?? "");
            var room = to.GetSpan(sizeof(uint) + length);
            BinaryPrimitives.WriteUInt32LittleEndian(room, (uint)length);
            Encoding.UTF8.GetBytes(text ?? "", room[sizeof(uint)..]);
            to.Advance(sizeof(uint) + length);
        }
    }

    /// <summary>A text from its bytes.</summary>
    /// <exception cref="InputException">They are no UTF-8.</exception>
    public static string Text(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new InputException("bytes that are no UTF-8", "texts in UTF-8", where: $"tensor '{name}'");
        }
    }

    static string?[] ReadTexts(string name, ReadOnlySpan<byte> bytes, long count)
    {
        if (count > bytes.Length / sizeof(uint)) throw new InputException($"{bytes.Length} bytes", $"{count} texts, each after its length in four bytes", where: $"tensor '{name}'");
        string?[] texts = new string?[count];
        for (int i = 0; i < texts.Length; i++)
        {
            uint length = bytes.Length >= sizeof(uint) ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : uint.MaxValue;
            if (length > bytes.Length - sizeof(uint)) throw new InputException($"bytes that end in text {i}", $"{count} texts, each after its length in four bytes", where: $"tensor '{name}'");
            texts[i] = Text(name, bytes.Slice(sizeof(uint), (int)length));
            bytes = bytes[(sizeof(uint) + (int)length)..];
        }

        return bytes.IsEmpty ? texts : throw new InputException($"{bytes.Length} bytes after the last text", "none", where: $"tensor '{name}'");
    }
}
