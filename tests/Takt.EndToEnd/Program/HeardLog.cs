using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Takt.EndToEnd.Program;

/// <summary>What a server in this process tells in its log.</summary>
public sealed class HeardLog : ILoggerProvider, ILogger
{
    readonly ConcurrentQueue<string> _lines = new();

    /// <summary>How many lines hold a text.</summary>
    public int Count(string text) => _lines.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until a text has been told so often.</summary>
    public async Task UntilAsync(string text, int times = 1)
    {
        var watch = Stopwatch.StartNew();
        while (Count(text) < times)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"waited {watch.Elapsed.TotalSeconds:0} s for '{text}' in:\n{string.Join('\n', _lines)}");
            await Task.Delay(20);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => _lines.Enqueue(formatter(state, exception));

    public void Dispose()
    {
    }
}
