using System.Text;
using Takt.Data.Files;
using Takt.Learning.Specs.Reading;
using Takt.Protocols.Problems;

namespace Takt.Learning.Specs;

/// <summary>
/// Reads train specs. YAML and JSON alike (JSON is YAML). Everything wrong is told at once, each with its line, what was found, what was expected and the
/// way out; '_' and '-' are the same in keys and words.
/// </summary>
public static class TrainSpecReader
{
    /// <summary>Largest spec file, bytes. A spec is a page; a megabyte leaves room for a thousand column names and shuts out a data file named by mistake.</summary>
    public const int MaximumSize = 1 << 20;

    /// <summary>Reads a spec file. Relative paths in it start from its folder, and the files it names must be there.</summary>
    /// <param name="path">The spec file.</param>
    /// <exception cref="InputException">The file is missing or unreadable, or the spec is wrong; carries every problem.</exception>
    public static TrainSpec Read(string path)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new InputException(
                Directory.Exists(full) ? $"the folder '{path}'" : $"no file '{path}'", "a train spec (.yaml or .json)", NearbyFile.Guess(full));

        long size = new FileInfo(full).Length;
        if (size > MaximumSize)
            throw new InputException($"a file of {size:N0} bytes", $"a train spec of at most {MaximumSize:N0}", "Name the spec here and the data in its data.file", path);
        return Parse(TextOf(full, path), Path.GetFileName(path), Path.GetDirectoryName(full));
    }

    /// <summary>Reads a spec from text.</summary>
    /// <param name="text">YAML or JSON.</param>
    /// <param name="source">What the messages call it.</param>
    /// <param name="folder">Where relative paths start; null = the current folder, and then files are not looked for.</param>
    /// <exception cref="InputException">The spec is wrong; carries every problem.</exception>
    public static TrainSpec Parse(string text, string source = "spec", string? folder = null)
    {
        var problems = new List<Problem>();
        TrainSpec? spec = SpecTree.Parse(text, source, problems) is { } root ? SpecBinder.Bind(root, folder, problems) : null;
        return spec is not null && problems.Count == 0 ? spec : throw new InputException(problems);
    }

    static string TextOf(string full, string path)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(full)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"byte {e.Index} is not UTF-8", "a text file in UTF-8", "Save the spec as UTF-8", path);
        }
    }
}
