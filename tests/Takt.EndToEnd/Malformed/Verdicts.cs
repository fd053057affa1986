using System.Text.Json;

namespace Takt.EndToEnd.Malformed;

/// <summary>Whether an answer to a damaged request is a right one: a fault of the caller in the protocol's own form, or an answer to what happened to stay good.</summary>
static class Verdicts
{
    const string Inside = "failed inside the server";

    static readonly string[] s_doors = ["/api", "/v1/models", "/v2", "/invocations"];

    /// <summary>What is wrong with an answer over HTTP/1.1, or null.</summary>
    public static string? Of(WireRequest request, WireAnswer? answer)
    {
        if (answer is null) return request.IsUnframed ? null : "the connection was closed without an answer";
        if (answer.Text.Contains(Inside, StringComparison.Ordinal)) return answer.Text;
        if (answer.Header("grpc-status") is { } status) return OfGrpc(status, answer.Header("grpc-message"), request.IsTimed);
        if (answer.Status is >= 200 and < 300) return null;
        if (answer.Status is 503 or 504 && request.IsTimed && answer.Text.Contains("deadline", StringComparison.Ordinal)) return null;
        if (answer.Status == 505) return request.Version == "HTTP/1.1" ? "505 for HTTP/1.1" : null;
        if (answer.Status == 302 && !IsDoor(request.Target)) return LeadsAway(answer.Header("Location")) ? $"leads to {answer.Header("Location")}" : null;   // a page's form, which leads on to the page
        if (answer.Status is < 400 or >= 500) return $"status {answer.Status}: {answer.Text}";
        return request.Verb == "HEAD" || answer.Body.Length == 0 && answer.Header("Connection") == "close" ? null : OfForm(request, answer);   // what is no HTTP, Kestrel refuses before any door sees it
    }

    /// <summary>What is wrong with an answer over HTTP/2, or null.</summary>
    public static string? Of(Http2Answer answer, bool isUnframed, bool isTimed)
    {
        if (answer.Code is { } code && code != 0) return code == 2 ? "INTERNAL_ERROR of HTTP/2" : isUnframed ? null : $"error {code} of HTTP/2";
        if (answer.IsCut || answer.Code is 0) return isUnframed ? null : "the connection was closed without an answer";
        if (System.Text.Encoding.UTF8.GetString(answer.Body).Contains(Inside, StringComparison.Ordinal)) return "a message that tells of a failure inside the server";
        if (answer.Header("grpc-status") is { } status) return OfGrpc(status, answer.Header("grpc-message"), isTimed);
        return answer.Header(":status") switch
        {
            null => "no status",
            ['4', ..] => null,
            ['2', ..] when answer.Header("content-type")?.StartsWith("application/grpc", StringComparison.Ordinal) != true => null,   // a page, asked for with GET
            var other => $"status {other} without grpc-status",
        };
    }

    static string? OfGrpc(string status, string? message, bool isTimed) => status switch
    {
        "0" or "1" or "3" or "5" or "7" or "8" or "9" or "11" or "12" or "16" => status == "0" || message is not null ? null : $"grpc-status {status} without a message",
        "4" or "14" when isTimed => null,
        "13" when message?.Contains("marked as packed", StringComparison.Ordinal) == true => null,   // gRPC's own rule for a packed message without an encoding
        _ => $"grpc-status {status}: {message}",
    };

    /// <summary>Whether an address is that of a protocol; one with dots in it leads elsewhere.</summary>
    static bool IsDoor(string target) => s_doors.Any(d => target.StartsWith(d, StringComparison.Ordinal)) && !target.Contains("..", StringComparison.Ordinal) && !target.Contains("%2e", StringComparison.Ordinal);

    /// <summary>Whether a browser would follow an address to another site.</summary>
    static bool LeadsAway(string? location) => location is not ['/', ..] || location is ['/', '/' or '\\', ..] || location.Any(char.IsControl);

    static string? OfForm(WireRequest request, WireAnswer answer)
    {
        string path = IsDoor(request.Target) ? request.Target : "";
        string? type = answer.Header("Content-Type");
        if (path.StartsWith("/v2", StringComparison.Ordinal) || path.StartsWith("/v1", StringComparison.Ordinal))
            return type?.StartsWith("application/json", StringComparison.Ordinal) == true && Member(answer.Text, "error") is { Length: > 0 } ? null : $"{answer.Status} in no form of the protocol: {type} {answer.Text}";
        if (path.StartsWith("/api", StringComparison.Ordinal))
            return type?.StartsWith("application/problem+json", StringComparison.Ordinal) == true && Member(answer.Text, "detail") is { Length: > 0 } ? null : $"{answer.Status} in no form of problem details: {type} {answer.Text}";
        if (path.StartsWith("/invocations", StringComparison.Ordinal))
            return type?.StartsWith("application/json", StringComparison.Ordinal) == true && Member(answer.Text, "error_code") is { Length: > 0 } && Member(answer.Text, "message") is { Length: > 0 } ? null : $"{answer.Status} in no form of the scoring call: {type} {answer.Text}";
        return answer.Text.Length > 0 ? null : $"{answer.Status} without a word";
    }

    static string? Member(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
