using System.Text.Json;

namespace Takt.Protocols.OpenInference;

/// <summary>How one element of a tensor is read and written; a struct each, so that the loop around it is compiled for each type.</summary>
interface IElement<T>
{
    static abstract bool TryRead(ref Utf8JsonReader reader, out T value);
    static abstract void Write(Utf8JsonWriter writer, T value);
}

readonly struct BoolElement : IElement<bool>
{
    public static bool TryRead(ref Utf8JsonReader reader, out bool value)
    {
        value = reader.TokenType == JsonTokenType.True;
        return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
    }

    public static void Write(Utf8JsonWriter writer, bool value) => writer.WriteBooleanValue(value);
}

readonly struct UInt8Element : IElement<byte>
{
    public static bool TryRead(ref Utf8JsonReader reader, out byte value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetByte(out value); }
    public static void Write(Utf8JsonWriter writer, byte value) => writer.WriteNumberValue(value);
}

readonly struct UInt16Element : IElement<ushort>
{
    public static bool TryRead(ref Utf8JsonReader reader, out ushort value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt16(out value); }
    public static void Write(Utf8JsonWriter writer, ushort value) => writer.WriteNumberValue(value);
}

readonly struct UInt32Element : IElement<uint>
{
    public static bool TryRead(ref Utf8JsonReader reader, out uint value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt32(out value); }
    public static void Write(Utf8JsonWriter writer, uint value) => writer.WriteNumberValue(value);
}

readonly struct UInt64Element : IElement<ulong>
{
    public static bool TryRead(ref Utf8JsonReader reader, out ulong value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out value); }
    public static void Write(Utf8JsonWriter writer, ulong value) => writer.WriteNumberValue(value);
}

readonly struct Int8Element : IElement<sbyte>
{
    public static bool TryRead(ref Utf8JsonReader reader, out sbyte value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetSByte(out value); }
    public static void Write(Utf8JsonWriter writer, sbyte value) => writer.WriteNumberValue(value);
}

readonly struct Int16Element : IElement<short>
{
    public static bool TryRead(ref Utf8JsonReader reader, out short value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetInt16(out value); }
    public static void Write(Utf8JsonWriter writer, short value) => writer.WriteNumberValue(value);
}

readonly struct Int32Element : IElement<int>
{
    public static bool TryRead(ref Utf8JsonReader reader, out int value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out value); }
    public static void Write(Utf8JsonWriter writer, int value) => writer.WriteNumberValue(value);
}

readonly struct Int64Element : IElement<long>
{
    public static bool TryRead(ref Utf8JsonReader reader, out long value) { value = 0; return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out value); }
    public static void Write(Utf8JsonWriter writer, long value) => writer.WriteNumberValue(value);
}

readonly struct Fp32Element : IElement<float>
{
    public static bool TryRead(ref Utf8JsonReader reader, out float value)
    {
        // A number too large for the type becomes an infinity nobody meant: it is refused.
        if (reader.TokenType == JsonTokenType.Number) return reader.TryGetSingle(out value) && float.IsFinite(value);
        bool named = NamedFloats.TryRead(ref reader, out double wide);
        value = (float)wide;
        return named;
    }

    public static void Write(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value)) writer.WriteNumberValue(value); // the shortest text that reads back to the same float
        else NamedFloats.Write(writer, value);
    }
}

readonly struct Fp64Element : IElement<double>
{
    public static bool TryRead(ref Utf8JsonReader reader, out double value) => reader.TokenType == JsonTokenType.Number
        ? reader.TryGetDouble(out value) && double.IsFinite(value)
        : NamedFloats.TryRead(ref reader, out value);

    public static void Write(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else NamedFloats.Write(writer, value);
    }
}

readonly struct BytesElement : IElement<string?>
{
    public static bool TryRead(ref Utf8JsonReader reader, out string? value)
    {
        value = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null;
    }

    public static void Write(Utf8JsonWriter writer, string? value) => writer.WriteStringValue(value);
}

/// <summary>The floats that JSON has no number for.</summary>
static class NamedFloats
{
    public static bool TryRead(ref Utf8JsonReader reader, out double value)
    {
        value = double.NaN;
        if (reader.TokenType == JsonTokenType.Null) return true;
        if (reader.TokenType != JsonTokenType.String) return false;
        if (reader.ValueTextEquals("NaN")) return true;
        if (reader.ValueTextEquals("Infinity")) value = double.PositiveInfinity;
        else if (reader.ValueTextEquals("-Infinity")) value = double.NegativeInfinity;
        return !double.IsNaN(value);
    }

    public static void Write(Utf8JsonWriter writer, double value) =>
        writer.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
}
