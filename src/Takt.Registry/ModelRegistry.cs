using Takt.Registry.Access;
using Takt.Registry.Audits;
using Takt.Registry.Databases;
using Takt.Registry.Datasets;
using Takt.Registry.Deployments;
using Takt.Registry.Lineages;
using Takt.Registry.Models;
using Takt.Registry.Packages;
using Takt.Registry.Requests;
using Takt.Registry.Runs;
using Takt.Registry.Settings;

namespace Takt.Registry;

/// <summary>Everything that a home folder remembers: one store a table, opened together.</summary>
public sealed class ModelRegistry
{
    readonly Lazy<RequestStore> _requests;

    ModelRegistry(string home, TimeProvider clock, TimeSpan? longestWait)
    {
        Home = Path.GetFullPath(home);
        var database = RegistryDatabase.Open(Home, clock, longestWait);
        Datasets = new DatasetStore(database, clock);
        Runs = new RunStore(database, clock);
        Packages = new PackageStore(Home, clock);
        Aliases = new AliasStore(database, clock);
        Models = new ModelStore(database, Packages, Aliases, clock);
        Deployments = new DeploymentStore(database, Models, Aliases, clock);
        Lineage = new LineageStore(database);
        Accounts = new AccountStore(database, clock);
        Keys = new ApiKeyStore(database, clock);
        Settings = new SettingStore(database, clock);
        Audit = new AuditStore(database, clock);
        _requests = new Lazy<RequestStore>(() => new RequestStore(Home, clock), LazyThreadSafetyMode.PublicationOnly);
        Packages.RemoveLeftovers();
        Models.RemoveAbandonedPackages();
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

    /// <summary>How each model is to be served.</summary>
    public DeploymentStore Deployments { get; }

    /// <summary>Their package files.</summary>
    public PackageStore Packages { get; }

    /// <summary>What each version was made of.</summary>
    public LineageStore Lineage { get; }

    /// <summary>The people who may sign in.</summary>
    public AccountStore Accounts { get; }

    /// <summary>The keys of programs.</summary>
    public ApiKeyStore Keys { get; }

    /// <summary>What running servers were told.</summary>
    public SettingStore Settings { get; }

    /// <summary>Who did what.</summary>
    public AuditStore Audit { get; }

    /// <summary>The calls of models that were written down; opened by the first who looks.</summary>
    /// <exception cref="Takt.Protocols.Problems.InputException">Their database cannot be opened.</exception>
    public RequestStore Requests => _requests.Value;

    /// <summary>
    /// Opens the registry of a home folder; makes it where there is none, brings its schema up to date and removes what killed processes left.
    /// Several processes may have one home open at once, and may open it at the same moment.
    /// </summary>
    /// <param name="home">The home folder.</param>
    /// <param name="clock">The time.</param>
    /// <param name="longestWait">How long a change waits for those of other processes, in whole seconds; null = half a minute.</param>
    /// <exception cref="Takt.Protocols.Problems.InputException">The home cannot be used, is no Takt home or was written by a newer Takt.</exception>
    public static ModelRegistry Open(string home, TimeProvider clock, TimeSpan? longestWait = null) => new(home, clock, longestWait);

    /// <summary>Where a run keeps its checkpoint and log.</summary>
    public string RunFolder(string runId) => Path.Combine(Home, "runs", runId);
}
