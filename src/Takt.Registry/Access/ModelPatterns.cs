using System.IO.Enumeration;

namespace Takt.Registry.Access;

/// <summary>Which models a key may use: patterns in which * stands for any text.</summary>
/// <param name="Patterns">The patterns; <c>*</c> alone = every model.</param>
public sealed record ModelPatterns(IReadOnlyList<string> Patterns)
{
    /// <summary>Every model.</summary>
    public static ModelPatterns Every { get; } = new(["*"]);

    /// <summary>Reads patterns, separated by blanks or commas; none = every model.</summary>
    public static ModelPatterns Parse(string text) =>
        text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } patterns ? new(patterns) : Every;

    /// <summary>Whether every model is among them.</summary>
    public bool AreAll => Patterns.Contains("*");

    /// <summary>Whether a model is among them.</summary>
    public bool Include(string model) => Patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, model, ignoreCase: false));

    /// <summary>The models that somebody means who names one, or none and so all that these are.</summary>
    /// <param name="model">The name, or null.</param>
    /// <param name="known">All models that there are.</param>
    /// <returns>Null where all models are meant and allowed.</returns>
    public IReadOnlyList<string>? Narrow(string? model, Func<IReadOnlyList<string>> known) =>
        model is not null ? Include(model) ? [model] : []
        : Patterns.Contains("*") ? null : [.. known().Where(Include)];

    /// <summary>The patterns, separated by blanks.</summary>
    public override string ToString() => string.Join(' ', Patterns);
}
