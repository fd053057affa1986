using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Takt.Logs;

/// <summary>What the log tells, and how it writes the time. May be switched while the server runs. Where a server listens, and how the first administrator is made, is told whatever the switches say: <see cref="Start"/>.</summary>
sealed class LogSwitches : IOptionsChangeTokenSource<SimpleConsoleFormatterOptions>, IDisposable
{
    /// <summary>Category of what is always told.</summary>
    public const string Start = "Takt.Start";

    const string ClockTime = "HH:mm:ss ", IsoTime = "yyyy-MM-ddTHH:mm:ssZ ";

    CancellationTokenSource _changed = new();

    /// <summary>The switches of now; replaced as a whole.</summary>
    public LogSettings Settings { get; private set; } = new();

    /// <summary>How the console writes the time.</summary>
    public string TimestampFormat => Settings.IsoTime ? IsoTime : ClockTime;

    /// <summary>Options of all loggers, which have no name.</summary>
    public string? Name => Options.DefaultName;

    /// <summary>Whether a message is told.</summary>
    public bool Allows(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => Settings.Error,
        LogLevel.Warning => Settings.Warning,
        LogLevel.Information => Settings.Info,
        LogLevel.Debug => Settings.Verbose >= 1,
        LogLevel.Trace => Settings.Verbose >= 2,
        _ => false,
    };

    /// <summary>Whether a message of the libraries below is told: their warnings, and with details what they do at each request.</summary>
    public bool AllowsOfLibraries(LogLevel level) => level >= Settings.Verbose switch { 0 => LogLevel.Warning, 1 => LogLevel.Information, _ => LogLevel.Trace } && Allows(level);

    /// <summary>Switches.</summary>
    public void Change(LogSettings settings)
    {
        Settings = settings;
        using var before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        before.Cancel();
    }

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);

    public void Dispose() => _changed.Dispose();
}

/// <summary>What the log tells.</summary>
/// <param name="Info">What happens.</param>
/// <param name="Warning">What may need somebody.</param>
/// <param name="Error">What failed.</param>
/// <param name="Verbose">Details: 1 = every request and what helps in debugging, 2 = all there are.</param>
/// <param name="IsoTime">Date and time in UTC instead of the time of day.</param>
sealed record LogSettings(bool Info = true, bool Warning = true, bool Error = true, int Verbose = 0, bool IsoTime = false);
