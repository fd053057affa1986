using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Takt.Registry.Audits;

/// <summary>One entry of the audit.</summary>
public sealed record AuditEntry
{
    /// <summary>Rising number.</summary>
    public long Id { get; init; }

    /// <summary>When: ISO 8601 in UTC, as it was hashed.</summary>
    public string At { get; init; } = "";

    /// <summary>What happened: <c>alias-moved</c>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What it happened to: <c>press:3</c>, <c>press@champion</c>, an account, a key.</summary>
    public string Subject { get; init; } = "";

    /// <summary>More: a content hash, <c>3 to 4</c>.</summary>
    public string? Detail { get; init; }

    /// <summary>Who: see <see cref="Audits.Actor.Current"/>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Hash of the entry before; empty for the first.</summary>
    public string Previous { get; init; } = "";

    /// <summary>Hash of this entry.</summary>
    public string Hash { get; init; } = "";

    /// <summary>SHA-256 over the previous hash and everything the entry says; each text goes in with its length, so that no two entries read alike.</summary>
    internal static string HashOf(string previous, long id, string at, string kind, string subject, string? detail, string actor)
    {
        var text = new StringBuilder();
        foreach (string? part in (ReadOnlySpan<string?>)[previous, id.ToString(CultureInfo.InvariantCulture), at, kind, subject, detail, actor])
            text.Append(CultureInfo.InvariantCulture, $"{part?.Length ?? -1}:{part};");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}

/// <summary>What a check of the audit found.</summary>
/// <param name="Entries">Entries that fit.</param>
/// <param name="Head">Hash of the last of them.</param>
/// <param name="BrokenAt">The first entry that does not fit; null if all do.</param>
/// <param name="Unnoted">Something that the registry holds and no entry tells of; null if there is nothing.</param>
public sealed record AuditReport(long Entries, string Head, long? BrokenAt, string? Unnoted = null)
{
    /// <summary>Whether nothing was changed behind the registry's back.</summary>
    public bool IsWhole => BrokenAt is null && Unnoted is null;
}
