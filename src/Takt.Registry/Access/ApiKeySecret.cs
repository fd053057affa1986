using System.Security.Cryptography;
using System.Text;

namespace Takt.Registry.Access;

/// <summary>The text of a key: <c>takt_ID_SECRET</c>, easy to find where it was committed by mistake.</summary>
public static class ApiKeySecret
{
    const string Prefix = "takt_";

    /// <summary>Takes a text apart; null if it is no key.</summary>
    public static (string Id, string Secret)? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        int end = text.IndexOf('_', Prefix.Length);
        return end > Prefix.Length && end < text.Length - 1 ? (text[Prefix.Length..end], text[(end + 1)..]) : null;
    }

    internal static string Text(string id, string secret) => $"{Prefix}{id}_{secret}";

    /// <summary>A secret holds 256 random bits, so one round of SHA-256 is enough: there is nothing to guess.</summary>
    internal static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
