namespace Takt.Serving.Requests;

/// <summary>
/// Decides which values may be kept. Where anything is to be hidden, only names that the model knows and that are not hidden are let through: a mistyped
/// name of a hidden column must not let its value out.
/// </summary>
/// <param name="hidden">Names whose values are never kept; empty = everything may be.</param>
sealed class Redaction(IReadOnlyList<string> hidden)
{
    readonly SortedSet<string> _found = new(StringComparer.Ordinal);

    /// <summary>Whether nothing is to be hidden.</summary>
    public bool IsNothing => hidden.Count == 0;

    /// <summary>The names whose values were taken out so far.</summary>
    public IReadOnlyList<string> Found => [.. _found];

    /// <summary>Whether the value under a name must not be kept; if so, that is remembered.</summary>
    /// <param name="key">The name, with or without a unit in brackets.</param>
    /// <param name="known">The names that the model has, or null where any name is good.</param>
    public bool Hides(string key, IEnumerable<string>? known = null)
    {
        if (IsNothing) return false;
        string name = WithoutUnit(key);
        bool hides = hidden.Any(h => Same(h, key) || Same(WithoutUnit(h), name)) || known?.Any(k => Same(k, key) || Same(k, name)) == false;
        if (hides) _found.Add(key);
        return hides;
    }

    static bool Same(string one, string other) => string.Equals(one.Trim(), other.Trim(), StringComparison.OrdinalIgnoreCase);

    /// <summary><c>Torque [Nm]</c> is <c>Torque</c>.</summary>
    static string WithoutUnit(string name) => name.TrimEnd() is [.., ']'] closed && closed.LastIndexOf('[') is var open and > 0 ? closed[..open].TrimEnd() : name;
}
