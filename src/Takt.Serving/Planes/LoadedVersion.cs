using Takt.Protocols.Deployments;
using Takt.Serving.Batching;
using Takt.Serving.Catalogs;

namespace Takt.Serving.Planes;

/// <summary>One version in memory. Calls enter and leave; once it is retired nobody enters any more, and the last to leave disposes it.</summary>
sealed class LoadedVersion
{
    readonly Lock _gate = new();
    readonly Lazy<Task<VersionQueue>> _load;
    long _bytes;
    int _calls;
    bool _retired;

    /// <summary>Makes the place of a version.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version.</param>
    /// <param name="load">Loads it into this place.</param>
    public LoadedVersion(string model, CatalogVersion version, Func<LoadedVersion, Task<VersionQueue>> load) =>
        (Model, Version, _load) = (model, version, new(() => load(this)));

    public string Model { get; }
    public CatalogVersion Version { get; }

    /// <summary>The one load that all callers share; the first to ask starts it.</summary>
    public Task<VersionQueue> Ready => _load.Value;

    /// <summary>Whether the load has ended well.</summary>
    public bool IsReady => _load.IsValueCreated && Ready.IsCompletedSuccessfully;

    /// <summary>Why the load failed; null = it has not.</summary>
    public Exception? Failure => _load.IsValueCreated ? Ready.Exception?.InnerException : null;

    /// <summary>Memory it holds; 0 until it is read.</summary>
    public long MemoryBytes => IsReady ? Ready.Result.Model.MemoryBytes : Volatile.Read(ref _bytes);

    /// <summary>When the last call left, or the load ended, on the plane's clock.</summary>
    public long LastUsed { get; private set; }

    /// <summary>When something last wanted it to be in memory, on the plane's clock.</summary>
    public long LastWanted { get; set; }

    /// <summary>Calls inside.</summary>
    public int Calls { get { lock (_gate) return _calls; } }

    /// <summary>The version as it is now.</summary>
    public VersionState State(ShadowState? shadow)
    {
        var failure = Failure;
        string state = IsReady ? "READY" : failure is null ? "LOADING" : "UNAVAILABLE";
        var queue = IsReady ? Ready.Result : null;
        return new VersionState(Version.Number, state, failure?.Message, MemoryBytes, queue?.Calls ?? 0, queue?.Batching ?? BatchTuning.NotLoaded, shadow);
    }

    /// <summary>The package is read and holds so much, though it is not ready yet; 0 = it is let go again.</summary>
    public void Holds(long bytes) => Volatile.Write(ref _bytes, bytes);

    /// <summary>The load ends well: whoever wanted it has its use before it.</summary>
    public void Loaded(long now)
    {
        lock (_gate) LastUsed = Math.Max(LastUsed, now);
    }

    public bool TryEnter()
    {
        lock (_gate)
        {
            if (_retired) return false;
            _calls++;
            return true;
        }
    }

    public void Leave(long now)
    {
        bool last;
        lock (_gate)
        {
            LastUsed = now;
            last = --_calls == 0 && _retired;
        }

        if (last) Dispose();
    }

    public void Retire()
    {
        bool idle;
        lock (_gate)
        {
            if (_retired) return;
            _retired = true;
            idle = _calls == 0;
        }

        if (idle) Dispose();
    }

    /// <summary>Disposes the model, or leaves word to do so when the load ends; a load that failed left nothing behind.</summary>
    void Dispose()
    {
        if (!_load.IsValueCreated) return;
        _ = Ready.ContinueWith(
            static loaded => loaded.Result.Model.Dispose(), CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
