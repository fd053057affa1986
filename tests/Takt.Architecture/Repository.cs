namespace Takt.Architecture;

/// <summary>The checkout these tests run in.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> SourceProjects { get; } =
        [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!).Order()];

    /// <summary>Every hand-written C# and Razor file of src, bench and samples.</summary>
    public static IReadOnlyList<string> SourceFiles { get; } =
        [.. new[] { "src", "bench", "samples" }
            .Select(d => Path.Combine(Root, d)).Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories))
            .Where(f => f.EndsWith(".cs") || f.EndsWith(".razor"))
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/") && !f.Contains("/node_modules/"))];

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Takt.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Takt.slnx stands in no folder above the tests");
        return folder.FullName;
    }
}
