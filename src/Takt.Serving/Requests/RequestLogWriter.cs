using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Registry;
using Takt.Registry.Requests;
using Takt.Serving.Catalogs;

namespace Takt.Serving.Requests;

/// <summary>Writes taken calls to the database in the background, many in one transaction, and forgets those that are too old or too many.</summary>
/// <param name="requests">What was taken.</param>
/// <param name="registry">Where the database is; it is made when the first call is written.</param>
/// <param name="catalog">How long each model's calls are kept.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Failures of the database: once when they begin, once when they end.</param>
public sealed class RequestLogWriter(RequestLog requests, ModelRegistry registry, IModelCatalog catalog, TimeProvider clock, ILogger<RequestLogWriter> log) : BackgroundService
{
    /// <summary>Calls written in one transaction at most.</summary>
    const int AtOnce = 256;

    /// <summary>How long the first call of a transaction waits for others: a commit costs as much as fifty calls.</summary>
    static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(50);

    /// <summary>How often it is looked for calls that are too old or too many.</summary>
    static readonly TimeSpan BetweenForgetting = TimeSpan.FromMinutes(1);

    /// <summary>How often it is looked while calls come in: a full disk is no place to wait a minute.</summary>
    const int CallsBetweenForgetting = 4096;

    bool _failing;

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Task.Run(() => WriteAsync(stoppingToken), CancellationToken.None), ForgetAsync(stoppingToken));

    /// <summary>Writes what still waits, and ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        requests.Complete();
        await base.StopAsync(cancellationToken);
    }

    async Task WriteAsync(CancellationToken stop)
    {
        var batch = new List<RequestLog.Entry>(AtOnce);
        int since = 0;
        while (await requests.Waiting.WaitToReadAsync(CancellationToken.None)) // what was taken is written, even while the server stops
        {
            if (requests.Waiting.Count < AtOnce) await Task.Delay(Gathering, clock, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
            while (batch.Count < AtOnce && requests.Waiting.TryRead(out var entry)) batch.Add(entry);
            bool well = await TryAsync(() => Task.Run(() => registry.Requests.Add([.. batch.Select(e => (e.Request, e.Payload))])));
            requests.Wrote(batch, well);
            since += batch.Count;
            batch.Clear();
            if (since < CallsBetweenForgetting) continue;
            since = 0;
            await ForgetNowAsync();
        }
    }

    async Task ForgetAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(BetweenForgetting, clock);
        try
        {
            do await ForgetNowAsync();
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Forgets what each deployment does not want kept any longer; calls of a model of which nothing is said are kept as long as usual.</summary>
    internal async Task ForgetNowAsync()
    {
        if (!File.Exists(Path.Combine(registry.Home, RequestStore.FileName))) return; // nothing was ever written
        await TryAsync(async () =>
        {
            var usual = new RequestLogSpec();
            var state = await catalog.ReadAsync(CancellationToken.None);
            foreach (string model in registry.Requests.Models())
            {
                var spec = state.Models.FirstOrDefault(m => m.Name == model)?.Deployment?.Log ?? usual;
                int gone = registry.Requests.Forget(model, clock.GetUtcNow() - TimeSpan.FromDays(spec.KeepDays), (long)spec.KeepMiB << 20);
                if (gone > 0) log.LogInformation("Forgot {Count} written calls of {Model}: kept are {Days} days and {MiB} MiB", gone, model, spec.KeepDays, spec.KeepMiB);
            }
        });
    }

    async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            if (_failing) log.LogInformation("Calls are written down again");
            _failing = false;
            return true;
        }
#pragma warning disable CA1031 // serving goes on whatever happens to its log
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (!_failing) log.LogError(failure, "Calls cannot be written down; answers are given all the same");
            _failing = true;
            return false;
        }
    }
}
