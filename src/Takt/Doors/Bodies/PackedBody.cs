using System.Buffers;
using System.IO.Compression;
using Microsoft.Net.Http.Headers;

namespace Takt.Doors.Bodies;

/// <summary>
/// Packs long answers for callers that take them so (RFC 9110, 12.5.3). What is short is decided by its length alone, before anything else is looked at. No page goes this way:
/// next to what an attacker can put into a page, the length of its packed secrets would tell them.
/// </summary>
static class PackedBody
{
    /// <summary>16 KiB. What is shorter leaves with the first ten segments of a connection (RFC 6928) whether packed or not: packing it would only take time.</summary>
    const int Least = 16 << 10;

    /// <summary>Of a body that is long enough for it, so much from its middle is tried first: floats hardly pack, and all of them in vain would take longer than sending them.</summary>
    const int Sample = 8 << 10;

    /// <summary>Sends a whole answer, whose type is set, with its length. It ends by itself when the caller goes, and is no failure then.</summary>
    public static Task WriteAsync(HttpResponse response, ReadOnlySpan<byte> body)
    {
        if (IsLong(body.Length) && EncodingFor(response.HttpContext.Request) is { } encoding && TryPack(encoding, body) is { } packed)
        {
            response.Headers.ContentEncoding = encoding;
            response.Headers.Vary = HeaderNames.AcceptEncoding;
            body = packed;
        }

        response.ContentLength = body.Length;
        response.BodyWriter.Write(body);
        return response.BodyWriter.FlushAsync(CancellationToken.None).AsTask();
    }

    /// <summary>Whether packing may gain anything.</summary>
    public static bool IsLong(long bytes) => bytes >= Least;

    /// <summary>The packing that a caller likes best of those there are; null = none.</summary>
    public static string? EncodingFor(HttpRequest request)
    {
        if (request.Headers.AcceptEncoding is not { Count: > 0 } header || !StringWithQualityHeaderValue.TryParseList(header, out var accepted)) return null;
        var (best, most) = ((string?)null, Liking("identity") ?? 0);
        foreach (string encoding in (string[])["gzip", "deflate"])
            if ((Liking(encoding) ?? Liking("*") ?? 0) is var liking && liking > most) (best, most) = (encoding, liking);
        return best;

        double? Liking(string name) => accepted.FirstOrDefault(a => a.Value.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } found ? found.Quality ?? 1 : null;
    }

    /// <summary>Packs bytes.</summary>
    /// <param name="encoding">gzip, or deflate (which is zlib's format).</param>
    /// <param name="plain">The bytes, at least <see cref="Sample"/>.</param>
    /// <returns>Null where they hardly become fewer.</returns>
    public static byte[]? TryPack(string encoding, ReadOnlySpan<byte> plain) =>
        Pack(encoding, plain.Slice((plain.Length - Sample) / 2, Sample)).Length < Sample * 3 / 4 ? Pack(encoding, plain) : null;

    static byte[] Pack(string encoding, ReadOnlySpan<byte> plain)
    {
        using var packed = new MemoryStream();
        using (Stream packing = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) packing.Write(plain);
        return packed.ToArray();
    }
}

/// <summary>An answer that is written already.</summary>
sealed class BytesAnswer(ReadOnlyMemory<byte> body, string contentType) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = contentType;
        return PackedBody.WriteAsync(httpContext.Response, body.Span);
    }
}
