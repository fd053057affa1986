namespace Takt.Access;

/// <summary>Follows accounts and keys, whoever changes them. While the registry cannot be read, those known before hold.</summary>
sealed class AccessWatch(AccessDirectory directory, TimeProvider clock, ILogger<AccessWatch> log) : BackgroundService
{
    /// <summary>A key that is taken back is to be worth nothing within a second.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        bool failing = false;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                directory.Refresh();
                if (failing) log.LogInformation("Accounts and keys can be read again");
                failing = false;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (!failing) log.LogError(error, "Accounts and keys cannot be read; those known before hold");
                failing = true;
            }
        }
    }
}
