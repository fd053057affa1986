namespace Takt.Graphs.Packages;

/// <summary>The table of contents of a package (<c>manifest.json</c>).</summary>
/// <param name="Format">Version of the package format.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Task">What it does.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Takt">Version of Takt that made it.</param>
/// <param name="Parts">SHA-256 of each other part, in lower-case hex, by name.</param>
sealed record Manifest(int Format, string Name, string Task, DateTimeOffset Created, string Takt, IReadOnlyDictionary<string, string> Parts)
{
    /// <summary>Preparation, network and what belongs to them.</summary>
    public const int WithPreparation = 1;

    /// <summary>A graph alone, with the files of tensors beside it.</summary>
    public const int GraphAlone = 2;
}
