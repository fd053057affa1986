using System.Buffers;
using System.Text.Json;

namespace Takt.Doors.Bodies;

/// <summary>Makes JSON in a buffer that each thread keeps.</summary>
static class JsonText
{
    /// <summary>A buffer that has grown beyond this is not kept.</summary>
    const int Kept = 1 << 20;

    [ThreadStatic] static ArrayBufferWriter<byte>? t_text;
    [ThreadStatic] static Utf8JsonWriter? t_writer;

    /// <summary>The text; it is good until the thread makes the next one.</summary>
    /// <param name="write">Writes one value.</param>
    public static ReadOnlySpan<byte> Of(Action<Utf8JsonWriter> write)
    {
        var text = t_text ??= new ArrayBufferWriter<byte>();
        var writer = t_writer ??= new Utf8JsonWriter(text);
        text.ResetWrittenCount();
        writer.Reset(text);
        write(writer);
        writer.Flush();
        if (text.Capacity > Kept) (t_text, t_writer) = (null, null);
        return text.WrittenSpan;
    }
}
