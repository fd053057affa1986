using System.Globalization;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Problems;

namespace Takt.Serving.Planes;

/// <summary>The memory that loaded models may take together.</summary>
sealed class MemoryBudget(ServingOptions options, TimeProvider clock, ILogger log)
{
    /// <summary>Several versions that go at once are given back together.</summary>
    static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    readonly Lock _gate = new();   // held while room is made: two that come at once see each other
    int _givingBack;

    /// <summary>Counts what a version that was read takes, and makes room for it: of those at rest the least recently used go first. Versions that are still being tried count, too.</summary>
    /// <param name="version">The new one.</param>
    /// <param name="bytes">What it takes.</param>
    /// <param name="loaded">All there are.</param>
    /// <param name="release">Lets one go, for a reason.</param>
    /// <exception cref="InputException">It would not fit even if it were alone.</exception>
    public void Take(LoadedVersion version, long bytes, IEnumerable<LoadedVersion> loaded, Action<LoadedVersion, string> release)
    {
        if (bytes > options.MemoryBudget)
            throw new InputException($"a model of {MiB(bytes)}", $"at most the server's memory budget of {MiB(options.MemoryBudget)}", "Give it more with --memory, or serve the model from another machine");

        lock (_gate)
        {
            version.Holds(bytes);
            MakeRoom([.. loaded], release);
        }
    }

    void MakeRoom(LoadedVersion[] loaded, Action<LoadedVersion, string> release)
    {
        long over = loaded.Sum(v => v.MemoryBytes) - options.MemoryBudget;
        foreach (var version in loaded.Where(v => v is { IsReady: true, Calls: 0 }).OrderBy(v => v.LastUsed))
        {
            if (over <= 0) break;
            long bytes = version.MemoryBytes;
            release(version, string.Create(CultureInfo.InvariantCulture,
                $"the memory budget of {MiB(options.MemoryBudget)} is exceeded by {MiB(over)}, and of all versions at rest it was used least recently, {clock.GetElapsedTime(version.LastUsed).TotalSeconds:0} s ago"));
            over -= bytes;
        }

        if (over > 0) log.LogWarning("The memory budget of {Budget} is exceeded by {Over}: every version is at work", MiB(options.MemoryBudget), MiB(over));
    }

    /// <summary>Gives the memory of unloaded versions back to the system, once calls under way have left them.</summary>
    public void GiveBack()
    {
        if (Interlocked.Exchange(ref _givingBack, 1) == 1) return;
        _ = Task.Run(async () =>
        {
            await Task.Delay(Settle, clock, CancellationToken.None);
            _givingBack = 0;
            GC.Collect();
            GC.WaitForPendingFinalizers(); // they let go of what is pinned
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        });
    }

    static string MiB(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0 / 1024:0.##} MiB");
}
