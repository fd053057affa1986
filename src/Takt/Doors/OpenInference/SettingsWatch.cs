using Takt.Serving.Planes;

namespace Takt.Doors.OpenInference;

/// <summary>Follows the trace and log settings that other servers of the home are given.</summary>
sealed class SettingsWatch(ServerSettings settings, ServingOptions options, TimeProvider clock, ILogger<SettingsWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.WatchInterval, clock);
        bool failing = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                settings.Follow();
                if (failing) log.LogInformation("Trace and log settings can be read again");
                failing = false;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (!failing) log.LogError(error, "Trace and log settings cannot be read; those of before hold");
                failing = true;
            }
        }
    }
}
