using System.IO.Compression;

namespace Takt.Tests;

/// <summary>Real data sets that are not part of the repository: <c>TAKT_SHARED</c>, or <c>shared</c> beside the checkout.</summary>
static class SharedData
{
    public static string? Root { get; } = FindRoot();

    /// <summary>Path of a shared file, for example <c>data/ai4i2020/ai4i2020.csv.gz</c>.</summary>
    public static string PathOf(string file) => Path.Combine(Root ?? throw new InvalidOperationException("no shared data here"), file);

    /// <summary>Unpacks a shared .gz file into a folder and returns the plain file's path.</summary>
    public static string Unpack(string file, string folder)
    {
        string target = Path.Combine(folder, Path.GetFileNameWithoutExtension(file));
        using var source = new GZipStream(File.OpenRead(PathOf(file)), CompressionMode.Decompress);
        using var plain = File.Create(target);
        source.CopyTo(plain);
        return target;
    }

    static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("TAKT_SHARED") is { Length: > 0 } named) return Directory.Exists(named) ? named : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Takt.slnx")))
            {
                string beside = Path.Combine(folder.Parent!.FullName, "shared");
                return Directory.Exists(beside) ? beside : null;
            }

        return null;
    }
}

/// <summary>A test on real data; skipped, with the reason, where the data is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute(string file)
    {
        if (SharedData.Root is null || !File.Exists(SharedData.PathOf(file)))
            Skip = $"needs {file} of the shared data: set TAKT_SHARED to its folder, or put it beside the checkout as 'shared'";
    }
}

/// <summary>The same for tests of several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute(string file) => Skip = new SharedDataFactAttribute(file).Skip;
}
