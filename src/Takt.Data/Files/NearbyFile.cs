using Takt.Protocols.Problems;

namespace Takt.Data.Files;

/// <summary>Helps with a file that is not there.</summary>
public static class NearbyFile
{
    /// <summary>A way-out sentence: <c>Did you mean 'press.csv'?</c>, or null where the folder is missing or holds no file of nearly that name.</summary>
    /// <param name="path">The file that is not there.</param>
    public static string? Guess(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.GetDirectoryName(full) is { } folder && Directory.Exists(folder)
            ? NearestName.Guess(Path.GetFileName(full), Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)).Order())
            : null;
    }
}
