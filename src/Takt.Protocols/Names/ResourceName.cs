using Takt.Protocols.Problems;

namespace Takt.Protocols.Names;

/// <summary>
/// The rule for names of models, aliases and datasets: lower case letters, digits, '-', '_' and '.', beginning and ending with a letter or digit,
/// at most 100 characters. Such a name is the same in a file name, a URL, a topic and a database key on every system.
/// </summary>
public static class ResourceName
{
    /// <summary>Longest name; leaves room for version and ending within the 255 bytes of a file name.</summary>
    public const int MaximumLength = 100;

    const string Rule = "lower case letters, digits, '-', '_' and '.', beginning and ending with a letter or digit";

    /// <summary>What is wrong with a name, or null if nothing is.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">What it names, for the sentence: <c>model name</c>.</param>
    /// <param name="where">Where it stands, or null.</param>
    public static Problem? ProblemOf(string? name, string what, string? where = null)
    {
        if (string.IsNullOrWhiteSpace(name)) return new Problem($"an empty {what}", Rule, Where: where);
        if (name.Length > MaximumLength)
            return new Problem($"{what} of {name.Length} characters", $"at most {MaximumLength}", "Choose a shorter name", where);
        return IsValid(name) ? null : new Problem($"{what} '{name}'", Rule, $"'{Suggest(name)}' would do", where);
    }

    /// <summary>Checks a name and gives it back.</summary>
    /// <inheritdoc cref="ProblemOf"/>
    /// <exception cref="InputException">The name breaks the rule.</exception>
    public static string Check(string? name, string what) => ProblemOf(name, what) is { } problem ? throw new InputException(problem) : name!;

    /// <summary>Whether a name keeps the rule.</summary>
    public static bool IsValid(string? name) =>
        name is { Length: > 0 and <= MaximumLength } && name.All(IsAllowed) && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1]);

    static bool IsAllowed(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.';

    static string Suggest(string name)
    {
        string kept = string.Concat(name.ToLowerInvariant().Select(c => IsAllowed(c) ? c : '-')).Trim('-', '_', '.');
        return kept.Length > 0 ? kept : "press-failure";
    }
}
