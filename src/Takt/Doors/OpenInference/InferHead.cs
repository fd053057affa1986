using Takt.Doors.Bodies;
using Takt.Protocols.OpenInference;

namespace Takt.Doors.OpenInference;

/// <summary>
/// The JSON part of a request, read, with what it says of the answer. A client that asks again and again says the same before its bytes each time, and for a row of numbers reading
/// and writing that costs more than the numbers; so the parts of binary requests that came lately are kept.
/// </summary>
sealed class InferHead(byte[] text, InferRequest request)
{
    /// <summary>Longer parts are rare, and are not kept: all of them together hold at most a quarter of a megabyte.</summary>
    const int Places = 64, Longest = 4096;

    /// <summary>Each text has one place, where a later one takes its turn.</summary>
    static readonly InferHead?[] s_kept = new InferHead?[Places];

    AnswerHead? _answer;

    /// <summary>A request that is JSON throughout.</summary>
    public InferHead(InferRequest request) : this([], request)
    {
    }

    /// <summary>The request; tensors whose bytes follow only say what they are.</summary>
    public InferRequest Request => request;

    /// <summary>Which outputs are wanted as bytes.</summary>
    public Func<InferTensor, bool> IsBinary { get; } = BinaryTensors.WantedBy(request);

    /// <summary>Reads the JSON part of a binary request, or remembers how it was read.</summary>
    /// <param name="text">The part.</param>
    /// <param name="read">Reads it. What it gives must not depend on anything else.</param>
    public static InferHead Read(ReadOnlyMemory<byte> text, Func<ReadOnlyMemory<byte>, InferRequest> read)
    {
        if (text.Length > Longest) return new InferHead(read(text));
        ref var place = ref s_kept[PlaceOf(text.Span)];
        if (Volatile.Read(ref place) is { } kept && kept.Says(text.Span)) return kept;
        var request = read(text);
        if (!request.Inputs.All(input => input.IsElsewhere)) return new InferHead(request); // values among the text belong to one request alone
        var head = new InferHead(text.ToArray(), request);
        Volatile.Write(ref place, head);
        return head;
    }

    /// <summary>The JSON part of the answer, with its length as text. Where no values are in it the last one is kept: it says the same as long as the model and the shapes stay the same.</summary>
    public AnswerHead Answer(InferResponse response)
    {
        if (_answer is { } kept && kept.Fits(response)) return kept;
        var head = new AnswerHead(response, JsonText.Of(writer => BinaryTensors.WriteJson(writer, response, IsBinary)).ToArray());
        if (response.Outputs.All(o => IsBinary(o) && o.Type != TensorType.Bytes)) _answer = head;
        return head;
    }

    bool Says(ReadOnlySpan<byte> other) => other.SequenceEqual(text);

    static int PlaceOf(ReadOnlySpan<byte> text)
    {
        var hash = new HashCode();
        hash.AddBytes(text);
        return (int)((uint)hash.ToHashCode() % Places);
    }
}
