using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Microsoft.Net.Http.Headers;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;

namespace Takt.Doors.Bodies;

/// <summary>The body of a request as JSON text, checked as far as it can be without knowing what it means.</summary>
static class JsonBody
{
    /// <summary>Bytes up to which a body's promised length is believed.</summary>
    const int Believed = 1 << 20;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the whole body; the server's limit on its size holds.</summary>
    /// <param name="request">The request.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="told">What its Content-Type must say, unless a browser sends it: then it is JSON, always.</param>
    /// <exception cref="InputException">It is not JSON by its header (415), empty, or not UTF-8.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken stop, JsonType told = JsonType.JsonOrNothing)
    {
        CheckType(request, told);
        return CheckText(await ReadBytesAsync(request, stop));
    }

    /// <summary>Reads a body that may be missing, whatever its Content-Type says.</summary>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="InputException">As for <see cref="ReadAsync"/>; it is no object.</exception>
    public static async Task<JsonObject?> ReadOptionalAsync(HttpRequest request, CancellationToken stop)
    {
        var bytes = await ReadBytesAsync(request, stop);
        if (bytes.IsEmpty) return null;
        CheckType(request, JsonType.Anything);
        return ParseObject(CheckText(bytes), "an object, or nothing");
    }

    /// <summary>Reads the whole body as it is.</summary>
    /// <exception cref="InputException">It is not packed as its header says, or broke off.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, CancellationToken stop)
    {
        // A header may promise anything: room is made for what really comes. One byte more than promised, so that the end shows without more room.
        byte[] body = GC.AllocateUninitializedArray<byte>((int)Math.Min(request.ContentLength ?? 4096, Believed) + 1);
        int read = 0;
        try
        {
            while (await request.Body.ReadAsync(body.AsMemory(read), stop) is var more and > 0)
            {
                read += more;
                if (read == body.Length) Array.Resize(ref body, checked(2 * read));
            }
        }
        catch (Exception error) when (error is InvalidDataException or InvalidOperationException { Source: "System.IO.Compression.Brotli" })
        {
            throw new InputException("a body that is not packed as its Content-Encoding says", "gzip, deflate or br as the header names it, or no such header");
        }
        catch (IOException broken) when (broken is not BadHttpRequestException)
        {
            throw Failure.Broken(broken);
        }

        return body.AsMemory(0, read);
    }

    /// <summary>The text without a byte order mark.</summary>
    /// <exception cref="InputException">It is empty, or not UTF-8.</exception>
    public static ReadOnlyMemory<byte> CheckText(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(ByteOrderMark)) body = body[3..];
        if (body.IsEmpty) throw new InputException("an empty body", "a JSON object");
        return Utf8.IsValid(body.Span) ? body : throw new InputException("bytes that are no UTF-8", "JSON in UTF-8");
    }

    /// <summary>The text as a tree that can be walked without surprises: no key twice, no half characters.</summary>
    /// <exception cref="InputException">It is no such JSON.</exception>
    public static JsonNode? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            if (body.Span.IndexOf("\\u"u8) >= 0) CheckEscapes(body.Span);
            return JsonNode.Parse(body.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>The text as a tree whose root is an object.</summary>
    /// <param name="body">The text.</param>
    /// <param name="expected">What kind of object.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static JsonObject ParseObject(ReadOnlyMemory<byte> body, string expected) => Parse(body) as JsonObject ?? throw new InputException("a body that is no object", expected);

    /// <summary>The text as a message.</summary>
    /// <param name="body">The text.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="expected">What kind of message.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static T Read<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, T?> read, string expected) where T : class
    {
        try
        {
            return read(body) ?? throw new InputException("null as body", expected);
        }
        catch (JsonException error)
        {
            throw Explain(error);
        }
    }

    /// <summary>What a JSON error means, with line and column from 1.</summary>
    public static InputException Explain(JsonException error)
    {
        string message = error.Message;
        int detail = message.IndexOf(" LineNumber:", StringComparison.Ordinal) is var line and > 0 ? line : message.Length;
        if (message.IndexOf(" Path:", StringComparison.Ordinal) is var path and > 0) detail = Math.Min(detail, path);
        message = message[..detail].TrimEnd('.', ' ', '|');
        // The library's sentence names a .NET type, which says nothing to a caller.
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)) message = "a value of the wrong kind";
        string? place = error is { LineNumber: { } lineNumber, BytePositionInLine: { } column } ? $"line {lineNumber + 1} column {column + 1}" : null;
        string? member = error.Path is { Length: > 1 } at ? at[2..] : null;
        return new InputException(message, "JSON as the description of this call says", "GET /openapi/v1.json shows the form",
            (place, member) switch { (null, _) => member, (_, null) => place, _ => $"{place}, {member}" });
    }

    /// <summary>Text is unescaped only when somebody looks at it, and half a surrogate pair is found only then: look now, where the place is still known.</summary>
    static void CheckEscapes(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped) continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                throw new InputException("an escape that is half of a surrogate pair", "both halves, as in \\ud83d\\ude00", where: $"byte {reader.TokenStartIndex + 1}");
            }
        }
    }

    static void CheckType(HttpRequest request, JsonType told)
    {
        string? type = request.ContentType;
        bool isFree = told == JsonType.Anything || (told == JsonType.JsonOrNothing && string.IsNullOrEmpty(type));
        if (!IsJson(type) && !(isFree && !MayBeOfBrowser(request))) throw new StatusException(Failure.WrongMediaType(type));
    }

    /// <summary>
    /// Whether a browser may have sent a request: they say where it comes from, or show a cookie. The page of another site can make them send any text, as a form or without a type, but not as JSON
    /// without asking first; so beside the check of the origin the type stays a second bolt. Programs send none of these headers.
    /// </summary>
    static bool MayBeOfBrowser(HttpRequest request) => request.Headers.Origin.Count > 0 || request.Headers.Cookie.Count > 0 || request.Headers.ContainsKey("Sec-Fetch-Site");

    static bool IsJson(string? contentType) =>
        contentType == MediaTypeNames.Application.Json
        || (MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && (!type.Charset.HasValue || type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || type.Charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)));
}

/// <summary>What the Content-Type of a body of JSON must say.</summary>
enum JsonType
{
    /// <summary>That it is JSON.</summary>
    Json,

    /// <summary>That it is JSON, or nothing.</summary>
    JsonOrNothing,

    /// <summary>Anything: the protocol has bodies of JSON alone, and its other servers do not look. curl sends forms unless told otherwise.</summary>
    Anything,
}
