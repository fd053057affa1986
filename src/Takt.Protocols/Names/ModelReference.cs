using System.Globalization;
using Takt.Protocols.Problems;

namespace Takt.Protocols.Names;

/// <summary>
/// A model as people and programs name it: <c>press</c>, <c>press@champion</c> or <c>press:3</c>.
/// The bare name means the version that the alias <c>champion</c> points to, or the newest one where there is no such alias.
/// </summary>
/// <param name="Name">The model's name.</param>
/// <param name="Alias">The alias after '@', or null.</param>
/// <param name="Version">The version number after ':', at least 1, or null.</param>
public sealed record ModelReference(string Name, string? Alias = null, int? Version = null)
{
    /// <summary>The alias that a bare name follows.</summary>
    public const string DefaultAlias = "champion";

    const string Form = "NAME, NAME@ALIAS or NAME:VERSION";

    /// <summary>Reads a reference.</summary>
    /// <exception cref="InputException">It has none of the three forms.</exception>
    public static ModelReference Parse(string text)
    {
        int mark = text.AsSpan().IndexOfAny('@', ':');
        string name = ResourceName.Check(mark < 0 ? text : text[..mark], "model name");
        if (mark < 0) return new ModelReference(name);
        string rest = text[(mark + 1)..];
        if (text[mark] == '@') return new ModelReference(name, Alias: ResourceName.Check(rest, "alias"));
        return new ModelReference(name, Version: VersionOf(rest)
            ?? throw new InputException($"model '{text}'", Form, $"'{rest}' is no version number: versions are 1, 2, 3, …"));
    }

    /// <summary>A reference from a name and a version or alias that stand apart, as in <c>/v2/models/press/versions/3</c>.</summary>
    /// <param name="name">A reference in any of the forms.</param>
    /// <param name="label">A version number or an alias; null = only <paramref name="name"/> counts.</param>
    /// <exception cref="InputException">The name or the label breaks the rules, or the name already says which version.</exception>
    public static ModelReference Parse(string name, string? label)
    {
        var reference = Parse(name);
        if (label is null) return reference;
        if (reference is not { Alias: null, Version: null })
            throw new InputException($"model '{name}' and version '{label}'", "the version said once", $"Ask for '{reference.Name}', version '{label}'");
        return VersionOf(label) is { } version
            ? reference with { Version = version }
            : reference with { Alias = ResourceName.Check(label, "version or alias") };
    }

    /// <summary>The reference as it is written.</summary>
    public override string ToString() =>
        Alias is not null ? $"{Name}@{Alias}"
        : Version is { } version ? string.Create(CultureInfo.InvariantCulture, $"{Name}:{version}")
        : Name;

    static int? VersionOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int version) && version > 0 ? version : null;
}
