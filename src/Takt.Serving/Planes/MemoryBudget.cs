using System.Globalization;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Problems;

namespace Takt.Serving.Planes;

/// <summary>The memory that loaded models may take together.</summary>
sealed class MemoryBudget(ServingOptions options, TimeProvider clock, ILogger log)
{
    /// <summary>Several versions that go at once are given back together.</summary>
    static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(500);

    int _givingBack;

    /// <summary>Which versions must go so that a new one fits: those at rest, the least recently used first.</summary>
    /// <param name="bytes">What the new one takes.</param>
    /// <param name="loaded">All there are.</param>
    /// <returns>Each with the reason.</returns>
    /// <exception cref="InputException">It would not fit even if it were alone.</exception>
    public IReadOnlyList<(LoadedVersion Version, string Reason)> MakeRoom(long bytes, IEnumerable<LoadedVersion> loaded)
    {
        if (bytes > options.MemoryBudget)
            throw new InputException($"a model of {MiB(bytes)}", $"at most the server's memory budget of {MiB(options.MemoryBudget)}", "Give it more with --memory, or serve the model from another machine");

        var others = loaded.Where(v => v.IsReady).ToArray();
        long over = bytes + others.Sum(v => v.MemoryBytes) - options.MemoryBudget;
        var leaving = new List<(LoadedVersion, string)>();
        foreach (var version in others.Where(v => v.Calls == 0).OrderBy(v => v.LastUsed))
        {
            if (over <= 0) break;
            leaving.Add((version, string.Create(CultureInfo.InvariantCulture,
                $"the memory budget of {MiB(options.MemoryBudget)} is exceeded by {MiB(over)}, and of all versions at rest it was used least recently, {clock.GetElapsedTime(version.LastUsed).TotalSeconds:0} s ago")));
            over -= version.MemoryBytes;
        }

        if (over > 0) log.LogWarning("The memory budget of {Budget} is exceeded by {Over}: every version is at work", MiB(options.MemoryBudget), MiB(over));
        return leaving;
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
