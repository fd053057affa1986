namespace Takt.Data.Readers;

/// <summary>What a file's name says about its contents.</summary>
static class FileName
{
    /// <summary>The extension in lower case; for a packed file the one before .gz.</summary>
    public static string ExtensionOf(string name)
    {
        string plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetExtension(plain).ToLowerInvariant();
    }
}
