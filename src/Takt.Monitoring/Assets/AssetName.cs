using Takt.Protocols.Problems;

namespace Takt.Monitoring.Assets;

/// <summary>The rule for identifiers in the plant model: they become topics, addresses and file names, so they stay plain and stable; display text lives elsewhere.</summary>
static class AssetName
{
    /// <summary>Longest identifier: seven levels joined by slashes still fit well into an MQTT topic and a URL.</summary>
    public const int MaxLength = 64;

    /// <summary>What is wrong with an identifier, or null: 1 to 64 characters of a–z, 0–9, '-' and '_', beginning with a letter or digit.</summary>
    public static Problem? Check(string id, string where) =>
        id.Length is > 0 and <= MaxLength && id.All(IsAllowed) && id[0] is not ('-' or '_')
            ? null
            : new Problem($"'{id}' as an identifier", $"1 to {MaxLength} characters of a-z, 0-9, '-' and '_', beginning with a letter or digit",
                "Put the display text into the name and keep the identifier plain", where);

    static bool IsAllowed(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_';
}
