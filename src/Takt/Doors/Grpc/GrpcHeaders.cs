using System.Globalization;
using System.Text;
using Takt.Protocols.Problems;

namespace Takt.Doors.Grpc;

/// <summary>The headers of gRPC.</summary>
static class GrpcHeaders
{
    public const string ContentType = "application/grpc", Status = "grpc-status", Message = "grpc-message", Timeout = "grpc-timeout", Encoding = "grpc-encoding", AcceptEncoding = "grpc-accept-encoding";

    const int MostTimeoutDigits = 8;

    /// <summary>Nobody waits longer for one answer, and a timer can hold it.</summary>
    static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Whether a request speaks gRPC.</summary>
    public static bool IsGrpc(HttpRequest request) => request.ContentType is { } type && type.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads <c>grpc-timeout</c>: up to eight digits and a unit.</summary>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="InputException">It has another form.</exception>
    public static TimeSpan? TimeoutOf(HttpRequest request)
    {
        if (request.Headers[Timeout] is not [{ } text, ..]) return null;
        if (text.Length is < 2 or > MostTimeoutDigits + 1 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number)) throw Wrong(text);
        var timeout = text[^1] switch
        {
            'H' => TimeSpan.FromHours(number),
            'M' => TimeSpan.FromMinutes(number),
            'S' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMilliseconds(number),
            'u' => TimeSpan.FromMicroseconds(number),
            'n' => TimeSpan.FromTicks(number / TimeSpan.NanosecondsPerTick),
            _ => throw Wrong(text),
        };
        return timeout < s_longest ? timeout : s_longest;

        static InputException Wrong(string text) => new($"{Timeout} '{text}'", "up to eight digits and one of H, M, S, m, u, n");
    }

    /// <summary>A message as headers carry it: every byte outside of printable ASCII, and the percent sign, as %XX.</summary>
    public static string Encode(string message)
    {
        var encoded = new StringBuilder(message.Length);
        foreach (byte one in System.Text.Encoding.UTF8.GetBytes(message))
            if (one is >= 0x20 and <= 0x7E and not (byte)'%') encoded.Append((char)one);
            else encoded.Append('%').Append(one.ToString("X2", CultureInfo.InvariantCulture));
        return encoded.ToString();
    }
}
