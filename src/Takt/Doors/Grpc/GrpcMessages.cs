using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Google.Protobuf;
using Takt.Doors.Bodies;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;

namespace Takt.Doors.Grpc;

/// <summary>Messages on the wire: one byte that says whether it is packed, four bytes of length (big-endian), the message. Frames of HTTP/2 may cut it anywhere.</summary>
static class GrpcMessages
{
    const int Prefix = 5;

    /// <summary>Reads the next message.</summary>
    /// <param name="body">The request's body.</param>
    /// <param name="parser">Makes the message.</param>
    /// <param name="encoding">How messages are packed, from the request's header.</param>
    /// <param name="most">Bytes that a message may have.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <returns>Null after the last message.</returns>
    /// <exception cref="InputException">The bytes are no message, or too many, or the connection broke.</exception>
    public static async ValueTask<TMessage?> ReadAsync<TMessage>(PipeReader body, MessageParser<TMessage> parser, string? encoding, long most, CancellationToken stop)
        where TMessage : class, IMessage<TMessage>
    {
        try
        {
            return await ReadNextAsync(body, parser, encoding, most, stop);
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            throw Failure.Broken(broken);
        }
    }

    static async ValueTask<TMessage?> ReadNextAsync<TMessage>(PipeReader body, MessageParser<TMessage> parser, string? encoding, long most, CancellationToken stop)
        where TMessage : class, IMessage<TMessage>
    {
        while (true)
        {
            var read = await body.ReadAsync(stop);
            var buffer = read.Buffer;
            bool isWhole, packed;
            ReadOnlySequence<byte> message;
            try
            {
                isWhole = TryTake(ref buffer, most, out message, out packed);
            }
            catch
            {
                body.AdvanceTo(buffer.End); // a read that is left open would break the connection
                throw;
            }

            if (isWhole)
            {
                try
                {
                    return parser.ParseFrom(packed ? GrpcCompression.Unpack(message, encoding, most) : message);
                }
                catch (InvalidProtocolBufferException broken)
                {
                    throw new InputException($"bytes that are no {parser.ParseFrom(ReadOnlySequence<byte>.Empty).Descriptor.Name} ({broken.Message})", "a protobuf message");
                }
                finally
                {
                    body.AdvanceTo(buffer.Start);
                }
            }

            bool cutShort = !buffer.IsEmpty;
            body.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) return cutShort ? throw new InputException("a message that was cut short", "a whole one") : null;
        }
    }

    /// <summary>Writes a message; it is not sent yet.</summary>
    /// <param name="body">The answer's body.</param>
    /// <param name="message">The message.</param>
    /// <param name="encoding">How a long one may be packed; null = not at all.</param>
    public static void Write(PipeWriter body, IMessage message, string? encoding)
    {
        int length = message.CalculateSize();
        if (encoding is not null && PackedBody.IsLong(length) && PackedBody.TryPack(encoding, message.ToByteArray()) is { } packed)
        {
            var before = body.GetSpan(Prefix);
            before[0] = 1;
            BinaryPrimitives.WriteInt32BigEndian(before[1..], packed.Length);
            body.Advance(Prefix);
            body.Write(packed);
            return;
        }

        var prefix = body.GetSpan(Prefix);
        prefix[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        body.Advance(Prefix);
        message.WriteTo(body);
    }

    internal static StatusException TooLarge(long most) => new(new Failure(StatusCodes.Status413PayloadTooLarge,
        [new Problem("a message larger than this server takes", $"at most {most >> 20} MiB", "Send several smaller requests")]));

    static bool TryTake(ref ReadOnlySequence<byte> buffer, long most, out ReadOnlySequence<byte> message, out bool packed)
    {
        (message, packed) = (default, false);
        if (buffer.Length < Prefix) return false;
        Span<byte> prefix = stackalloc byte[Prefix];
        buffer.Slice(0, Prefix).CopyTo(prefix);
        if (prefix[0] > 1) throw new InputException($"a message that begins with {prefix[0]}", "0 or 1");
        packed = prefix[0] == 1;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > most) throw TooLarge(most);
        if (buffer.Length < Prefix + length) return false;
        message = buffer.Slice(Prefix, length);
        buffer = buffer.Slice(Prefix + length);
        return true;
    }
}
