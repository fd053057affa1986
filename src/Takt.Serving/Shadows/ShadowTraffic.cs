using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Registry.Audits;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Requests;

namespace Takt.Serving.Shadows;

/// <summary>
/// Repeats answered calls on a version that nobody waits for, and compares. It never slows an answer: calls wait in a short queue that drops what does not fit,
/// and every real call goes before them.
/// </summary>
sealed class ShadowTraffic(LoadedVersions versions, Scheduler scheduler, RequestLog? requests, TimeProvider clock, ILogger log) : IDisposable
{
    /// <summary>Answered calls that may wait to be repeated.</summary>
    const int MostWaiting = 64;

    /// <summary>Larger requests are not repeated: keeping them would cost more than it tells.</summary>
    const long LargestBytes = 8 << 20;

    readonly ConcurrentDictionary<(string Model, int Version), ShadowCounts> _counts = new();
    readonly Channel<Repeated> _waiting = Channel.CreateBounded<Repeated>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    int _running;

    /// <summary>How a version compares with those whose calls it repeats; null = it is nobody's shadow.</summary>
    public ShadowState? Of(string model, int version) => _counts.TryGetValue((model, version), out var counts) ? counts.State : null;

    /// <summary>A call was answered; repeats it on the shadow if there is room.</summary>
    public void Take(string model, CatalogVersion shadow, DeploymentSpec spec, Call answered)
    {
        if (Interlocked.Exchange(ref _running, 1) == 0) _ = Task.Run(RunAsync);
        var counts = _counts.GetOrAdd((model, shadow.Number), _ => new ShadowCounts());
        if (_waiting.Reader.Count >= MostWaiting || answered.Bytes > LargestBytes || !_waiting.Writer.TryWrite(
            new Repeated(model, shadow, spec, answered, answered.Repeat(answered.Context with { Stop = default }), counts, Actor.Current)))
            counts.Skipped();
    }

    public void Dispose() => _waiting.Writer.TryComplete();

    async Task RunAsync()
    {
        await foreach (var next in _waiting.Reader.ReadAllAsync())
        {
            var version = versions.Get(next.Model, next.Version, next.Spec.WarmUp);
            if (!version.TryEnter()) continue;
            long start = clock.GetTimestamp();
            Exception? problem = null;
            try
            {
                var queue = await version.Ready;
                next.Repeat.Priority = int.MaxValue;
                next.Repeat.Prepare(queue.Model.Description);
                if (await scheduler.RunAsync(queue, next.Repeat) is { } refusal) throw refusal;
                next.Counts.Compared(next.Answered.CompareWith(next.Repeat));
            }
#pragma warning disable CA1031 // whatever goes wrong is the shadow's, and counted
            catch (Exception failure)
#pragma warning restore CA1031
            {
                if (next.Counts.State.Failed == 0) log.LogWarning("Shadow {Model}:{Version} failed to answer: {Problem}", next.Model, next.Version.Number, Redaction.MessageOf(failure, next.Spec.Log));
                next.Counts.Failed();
                problem = failure;
            }
            finally
            {
                version.Leave(version.LastUsed);
            }

            if (next.Spec.Log is not null) Log(next, problem, start);
        }
    }

    void Log(Repeated next, Exception? problem, long start)
    {
        var (input, compute, output) = next.Repeat.Inside.Split(next.Repeat.Took);
        var queue = problem is null ? clock.GetElapsedTime(start) - next.Repeat.Took : clock.GetElapsedTime(start);
        requests?.Shadowed(next.Spec, next.Repeat, next.Model, next.Version.Number, next.Caller, problem, new CallTimes(default, queue, input, compute, output));
    }

    sealed record Repeated(string Model, CatalogVersion Version, DeploymentSpec Spec, Call Answered, Call Repeat, ShadowCounts Counts, string Caller);
}
