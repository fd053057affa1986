using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Takt.Web.Localization;

namespace Takt.Web.Formatting;

/// <summary>Entries of the audit as a page tells them.</summary>
static partial class AuditWords
{
    /// <summary>What happened, in the page's language; a kind without words stays as it is written.</summary>
    public static string Kind(string kind, IStringLocalizer<Texts> texts) => texts[$"audit.kind.{kind}"] is { ResourceNotFound: false } words ? words : kind;

    /// <summary>What more an entry says, with the beginnings of hashes instead of all their digits.</summary>
    public static string? Short(string? detail) => detail is null ? null : Hash().Replace(detail, "${start}…");

    [GeneratedRegex("(?<start>[0-9a-f]{12})[0-9a-f]{52}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hash();
}
