using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Takt.Client.Sending;

/// <summary>Wire types to JSON and back. By reflection: generated readers forget the defaults of properties that are set once, and answers of newer servers may say more.</summary>
static class Wire
{
    /// <summary>camelCase; what is null is not sent.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>A body that holds a message.</summary>
    public static Func<HttpContent> Body<T>(T message) => Body(JsonSerializer.SerializeToUtf8Bytes(message, Options));

    /// <summary>A body of JSON text.</summary>
    public static Func<HttpContent> Body(byte[] json) => () => new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is not what was expected.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null");
}
