using System.Buffers;
using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;

namespace Takt.Doors.Grpc;

/// <summary>
/// Packed messages. Long answers go out packed where the request was, as gRPC's own libraries do it; that a caller can unpack is no reason, for every library can, and on a plant's
/// network numbers travel faster than they pack.
/// </summary>
static class GrpcCompression
{
    /// <summary>For the header that lists what is read.</summary>
    public const string Names = "identity,gzip,deflate";

    /// <summary>Checks that messages can be unpacked before the first is read.</summary>
    /// <exception cref="InputException">The encoding is unknown; it has the status 501.</exception>
    public static void Check(string? encoding)
    {
        if (encoding is not (null or "identity" or "gzip" or "deflate"))
            throw new StatusException(new Failure(StatusCodes.Status501NotImplemented, [new Problem($"{GrpcHeaders.Encoding} '{encoding}'", Names)]));
    }

    /// <summary>How answers are packed.</summary>
    /// <param name="encoding">How the request is.</param>
    /// <param name="accepted">What the caller unpacks.</param>
    /// <returns>Null = they are not.</returns>
    public static string? ForAnswer(string encoding, StringValues accepted) =>
        accepted.Any(line => line?.Split(',', StringSplitOptions.TrimEntries).Contains(encoding, StringComparer.Ordinal) == true) ? encoding : null;

    /// <summary>Unpacks one message.</summary>
    /// <param name="packed">The message as it came.</param>
    /// <param name="encoding">From the request's header.</param>
    /// <param name="most">Bytes it may have.</param>
    /// <exception cref="InputException">It is not packed as the header says, or too large.</exception>
    public static ReadOnlySequence<byte> Unpack(ReadOnlySequence<byte> packed, string? encoding, long most)
    {
        using var from = new MemoryStream(packed.ToArray());
        using Stream unpacking = encoding switch
        {
            "gzip" => new GZipStream(from, CompressionMode.Decompress),
            "deflate" => new ZLibStream(from, CompressionMode.Decompress),
            _ => throw new StatusException(new Failure(StatusCodes.Status500InternalServerError, [new Problem("a message marked as packed", $"a header {GrpcHeaders.Encoding} that says how")])),
        };
        var message = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            for (int read; (read = unpacking.Read(buffer)) > 0;)
            {
                if (message.Length + read > most) throw GrpcMessages.TooLarge(most);
                message.Write(buffer, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            throw new InputException("a message that is not packed as its header says", $"{encoding}, or no such header");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return new ReadOnlySequence<byte>(message.GetBuffer(), 0, (int)message.Length);
    }
}
