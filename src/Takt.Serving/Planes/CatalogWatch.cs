using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Takt.Serving.Planes;

/// <summary>Tells the data plane about changes in the catalog while the server runs, whoever made them.</summary>
/// <param name="plane">The data plane.</param>
/// <param name="options">How often.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Failures to read the catalog: once when they begin, once when they end.</param>
public sealed class CatalogWatch(DataPlane plane, ServingOptions options, TimeProvider clock, ILogger<CatalogWatch> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.WatchInterval, clock);
        bool failing = false;
        do
        {
            try
            {
                await plane.RefreshAsync(stoppingToken);
                if (failing) log.LogInformation("The model catalog can be read again");
                failing = false;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (!failing) log.LogError(error, "The model catalog cannot be read; what is loaded keeps answering");
                failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
