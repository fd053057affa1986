using System.Collections.Frozen;
using System.Security.Claims;
using Takt.Doors.Requests;
using Takt.Logs;
using Takt.Registry;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>Accounts and keys in memory, so that a request costs no query and is answered though the registry cannot be read. <see cref="AccessWatch"/> keeps it up to date.</summary>
sealed class AccessDirectory
{
    /// <summary>The claim of a sign-in that tells which stamp its account had.</summary>
    public const string StampClaim = "takt:stamp";

    readonly ModelRegistry _registry;
    readonly ServerOptions _options;
    readonly SetupCode _code;
    readonly ILogger _log;
    readonly Lock _looking = new();
    volatile Content _content;
    bool _toldSetup;

    public AccessDirectory(ModelRegistry registry, ServerOptions options, SetupCode code, ILoggerFactory logs)
    {
        (_registry, _options, _code, _log) = (registry, options, code, logs.CreateLogger(LogSwitches.Start));
        ThisMachineOnly = options.Urls.All(ListenAddresses.IsLoopback);
        _content = Read(registry.Accounts.Stamp());
    }

    /// <summary>
    /// Whether nobody has to say who they are: the administrator said so, or there is neither account nor key and only this machine reaches the server.
    /// </summary>
    public bool IsOpen => _options.AllowOpen || (ThisMachineOnly && _content is { Accounts.Count: 0, Keys.Count: 0 });

    /// <summary>Whether the first administrator must be made before anything else: nobody could sign in, and the server is not open.</summary>
    public bool NeedsSetup => !IsOpen && _content.Accounts.Count == 0;

    /// <summary>Whether only this machine reaches the server.</summary>
    public bool ThisMachineOnly { get; }

    /// <summary>An account, or null.</summary>
    public Account? Account(string name) => _content.Accounts.GetValueOrDefault(name);

    /// <summary>A key, or null; look at its validity.</summary>
    public ApiKey? Key(string id) => _content.Keys.GetValueOrDefault(id);

    /// <summary>Whether the account of a sign-in is as it was then.</summary>
    public bool IsSignedIn(ClaimsPrincipal user) => user.Identity?.Name is { } name && Account(name)?.Stamp == user.FindFirst(StampClaim)?.Value;

    /// <summary>Takes in what changed, in this process or another. Whoever has just changed something calls it, so that it counts at once.</summary>
    public void Refresh()
    {
        lock (_looking)
        {
            long stamp = _registry.Accounts.Stamp();
            if (_content.Stamp != stamp) _content = Read(stamp);
            if (NeedsSetup && !_toldSetup)
                _log.LogWarning("Nobody can sign in yet. Open {Path} in a browser and make the first administrator with the code {Code}, or run 'takt users add NAME --role admin'", PermissionGate.Setup, _code.Text);
            _toldSetup = NeedsSetup;
        }
    }

    /// <summary>The stamp was read first: a change between the two reads makes the next look differ.</summary>
    Content Read(long stamp) => new(stamp, _registry.Accounts.List().ToFrozenDictionary(a => a.Name), _registry.Keys.List().ToFrozenDictionary(k => k.Id));

    sealed record Content(long Stamp, FrozenDictionary<string, Account> Accounts, FrozenDictionary<string, ApiKey> Keys);
}
