using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.Problems;

namespace Takt.Doors.Requests;

/// <summary>Moments as callers write them: RFC 3339, with a zone, for the caller's clock may be set to another than the server's.</summary>
static class Moments
{
    /// <summary>Reads one.</summary>
    /// <param name="name">Where it stands.</param>
    /// <param name="value">What stands there.</param>
    /// <exception cref="InputException">It is none.</exception>
    public static DateTimeOffset Read(string name, JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.String && Read(value.GetValue<string>()) is { } moment
            ? moment
            : throw new InputException($"{Short(value?.ToJsonString() ?? "null")} as '{name}'", "a moment as in RFC 3339: \"2026-03-01T12:00:00.250Z\"");

    static DateTimeOffset? Read(string text)
    {
        bool hasZone = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-');
        return hasZone && DateTimeOffset.TryParseExact(text, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment) ? moment : null;
    }

    static string Short(string text) => text.Length > 40 ? text[..40] + "…" : text;
}
