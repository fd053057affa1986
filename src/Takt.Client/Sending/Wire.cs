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
    public static Func<TimeSpan?, HttpContent> Body<T>(T message) => Body(JsonSerializer.SerializeToUtf8Bytes(message, Options));

    /// <summary>A body that holds a message which says how much time is left.</summary>
    public static Func<TimeSpan?, HttpContent> TimedBody<T>(Func<TimeSpan?, T> message) => OfTimeLeft(left => JsonSerializer.SerializeToUtf8Bytes(message(left), Options), Content);

    /// <summary>A body of JSON text.</summary>
    public static Func<TimeSpan?, HttpContent> Body(byte[] json) => _ => Content(json);

    /// <summary>A body that is written again only where another time is left than before.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="content">Makes content of what was written; that of an attempt is disposed with it.</param>
    public static Func<TimeSpan?, HttpContent> OfTimeLeft<T>(Func<TimeSpan?, T> write, Func<T, HttpContent> content) where T : class
    {
        T? written = null;
        TimeSpan? told = null;
        return left => content(written is not null && left == told ? written : written = write(told = left));
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="JsonException">It is not what was expected.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null");

    static ByteArrayContent Content(byte[] json) => new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
