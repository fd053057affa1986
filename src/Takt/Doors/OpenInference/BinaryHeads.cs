using Takt.Protocols.OpenInference;

namespace Takt.Doors.OpenInference;

/// <summary>
/// The JSON parts of binary requests that came lately, read. A client that asks again and again says the same before its bytes each time, and for a row of numbers reading that
/// costs more than the numbers.
/// </summary>
static class BinaryHeads
{
    /// <summary>Longer parts are rare, and are not kept: all of them together hold at most a quarter of a megabyte.</summary>
    const int Places = 64, Longest = 4096;

    /// <summary>Each text has one place. What lies there is never changed, only replaced, so that it can be taken without a lock.</summary>
    static readonly Head?[] s_heads = new Head?[Places];

    /// <summary>Reads a JSON part, or remembers how it was read.</summary>
    /// <param name="text">The part.</param>
    /// <param name="read">Reads it. What it gives must not depend on anything else.</param>
    public static InferRequest Read(ReadOnlyMemory<byte> text, Func<ReadOnlyMemory<byte>, InferRequest> read)
    {
        if (text.Length > Longest) return read(text);
        ref var place = ref s_heads[PlaceOf(text.Span)];
        if (Volatile.Read(ref place) is { } head && text.Span.SequenceEqual(head.Text)) return head.Request;
        var request = read(text);
        // Values among the text belong to one request alone.
        if (request.Inputs.All(input => input.IsElsewhere)) Volatile.Write(ref place, new Head(text.ToArray(), request));
        return request;
    }

    static int PlaceOf(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        return (int)((uint)hash.ToHashCode() % Places);
    }

    sealed record Head(byte[] Text, InferRequest Request);
}
