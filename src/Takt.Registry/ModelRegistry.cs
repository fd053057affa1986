using Takt.Registry.Databases;
using Takt.Registry.Datasets;
using Takt.Registry.Models;
using Takt.Registry.Packages;
using Takt.Registry.Runs;

namespace Takt.Registry;

/// <summary>Everything that a home folder remembers: one store a table, opened together.</summary>
public sealed class ModelRegistry
{
    ModelRegistry(string home, TimeProvider clock)
    {
        Home = Path.GetFullPath(home);
        var database = RegistryDatabase.Open(Home);
        Datasets = new DatasetStore(database, clock);
        Runs = new RunStore(database, clock);
        Packages = new PackageStore(Home, clock);
        Aliases = new AliasStore(database, clock);
        Models = new ModelStore(database, Packages, Aliases, clock);
    }

    /// <summary>The home folder, a full path.</summary>
    public string Home { get; }

    /// <summary>The datasets.</summary>
    public DatasetStore Datasets { get; }

    /// <summary>The runs.</summary>
    public RunStore Runs { get; }

    /// <summary>The models and their versions.</summary>
    public ModelStore Models { get; }

    /// <summary>Their aliases.</summary>
    public AliasStore Aliases { get; }

    /// <summary>Their package files.</summary>
    public PackageStore Packages { get; }

    /// <summary>Opens the registry of a home folder; makes it where there is none.</summary>
    /// <param name="home">The home folder.</param>
    /// <param name="clock">The time.</param>
    public static ModelRegistry Open(string home, TimeProvider clock) => new(home, clock);

    /// <summary>Where a run keeps its checkpoint and log.</summary>
    public string RunFolder(string runId) => Path.Combine(Home, "runs", runId);
}
