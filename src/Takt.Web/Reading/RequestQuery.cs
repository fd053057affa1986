using System.Globalization;
using Microsoft.AspNetCore.Http;
using Takt.Registry.Requests;

namespace Takt.Web.Reading;

/// <summary>Which written calls a visitor wants to see, as the page's address says. What cannot be read counts as not said.</summary>
/// <param name="Model">The model, or null for all.</param>
/// <param name="Version">The version, or null for any.</param>
/// <param name="Door">The way they came, or null for any.</param>
/// <param name="Outcome">How they ended, or null for any.</param>
/// <param name="Since">One of <see cref="Sinces"/>, or null for all time.</param>
/// <param name="Before">Only calls before this one, or null.</param>
public sealed record RequestQuery(string? Model, int? Version, string? Door, string? Outcome, string? Since, long? Before)
{
    /// <summary>The times that a visitor may look back.</summary>
    public static IReadOnlyDictionary<string, TimeSpan> Sinces { get; } =
        new Dictionary<string, TimeSpan> { ["1h"] = TimeSpan.FromHours(1), ["24h"] = TimeSpan.FromDays(1), ["7d"] = TimeSpan.FromDays(7) };

    /// <summary>Reads an address.</summary>
    public static RequestQuery Of(IQueryCollection query) => new(
        Text(query["model"]), Number(query["version"]), Text(query["door"]), Text(query["outcome"]), Text(query["since"]) is { } since && Sinces.ContainsKey(since) ? since : null,
        long.TryParse(query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out long before) ? before : null);

    /// <summary>The moment from which calls are meant; null = from the first.</summary>
    public DateTimeOffset? From(DateTimeOffset now) => Since is { } since ? now - Sinces[since] : null;

    /// <summary>What the store is asked.</summary>
    /// <param name="models">The models that are meant and may be seen; null = all.</param>
    /// <param name="now">The time.</param>
    public RequestFilter ToFilter(IReadOnlyList<string>? models, DateTimeOffset now) => new() { Models = models, Version = Version, Door = Door, Outcome = Outcome, From = From(now) };

    /// <summary>The address of the calls that were written before one.</summary>
    public string OlderThan(long id) =>
        string.Create(CultureInfo.InvariantCulture, $"/requests?model={Escape(Model)}&version={Version}&door={Escape(Door)}&outcome={Escape(Outcome)}&since={Escape(Since)}&before={id}");

    internal static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;

    internal static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    static string Escape(string? text) => Uri.EscapeDataString(text ?? "");
}
