using System.Collections.Frozen;
using Takt.Doors.Requests;
using Takt.Registry;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>Accounts and keys in memory, so that a request costs no query. It looks at most once a second whether they changed, in this process or another.</summary>
sealed class AccessDirectory(ModelRegistry registry, ServerOptions options, TimeProvider clock)
{
    static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    readonly bool _thisMachineOnly = options.Urls.All(ListenAddresses.IsLoopback);
    readonly Lock _looking = new();
    volatile Content? _content;
    long _looked;

    /// <summary>
    /// Whether nobody has to say who they are: the administrator said so, or there is neither account nor key and only this machine reaches the server.
    /// </summary>
    public bool IsOpen => options.AllowOpen || (_thisMachineOnly && Now is { Accounts.Count: 0, Keys.Count: 0 });

    /// <summary>Whether the first administrator must be made before anything else: other machines reach the server, and nobody could sign in.</summary>
    public bool NeedsSetup => !IsOpen && Now.Accounts.Count == 0;

    /// <summary>Whether only this machine reaches the server.</summary>
    public bool ThisMachineOnly => _thisMachineOnly;

    /// <summary>An account, or null.</summary>
    public Account? Account(string name) => Now.Accounts.GetValueOrDefault(name);

    /// <summary>A key, or null; look at its validity.</summary>
    public ApiKey? Key(string id) => Now.Keys.GetValueOrDefault(id);

    /// <summary>Looks at once: for who has just changed something.</summary>
    public void Refresh() => _looked = 0;

    Content Now
    {
        get
        {
            if (_content is { } known && _looked != 0 && clock.GetElapsedTime(_looked) < LookInterval) return known;
            lock (_looking)
            {
                long stamp = registry.Accounts.Stamp();
                if (_content?.Stamp != stamp)
                    _content = new Content(stamp, registry.Accounts.List().ToFrozenDictionary(a => a.Name), registry.Keys.List().ToFrozenDictionary(k => k.Id));
                _looked = clock.GetTimestamp();
                return _content!;
            }
        }
    }

    sealed record Content(long Stamp, FrozenDictionary<string, Account> Accounts, FrozenDictionary<string, ApiKey> Keys);
}
