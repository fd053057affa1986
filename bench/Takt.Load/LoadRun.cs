using System.Diagnostics;
using System.Threading.Channels;

namespace Takt.Load;

/// <summary>One request: when it was due, when it was answered, and how.</summary>
readonly record struct Result(double Due, double Answered, int Status);

/// <summary>Sends requests when they are due.</summary>
static class LoadRun
{
    /// <summary>How long stragglers are waited for after the end, in seconds.</summary>
    const double Patience = 10;

    public static async Task<IReadOnlyList<Result>> RunAsync(Func<IConnection> connect, Arrivals arrivals, int connections, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        double Now() => Stopwatch.GetElapsedTime(start).TotalSeconds;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(TimeSpan.FromSeconds(arrivals.End + Patience));

        var due = Channel.CreateUnbounded<double>(new UnboundedChannelOptions { SingleWriter = true });
        var asking = Enumerable.Range(0, connections).Select(_ => Task.Run(async () =>
        {
            using var connection = connect();
            var results = new List<Result>();
            try
            {
                if (!arrivals.IsOpen)
                {
                    while (Now() is var now && now < arrivals.End) results.Add(new Result(now, 0, await connection.AskAsync(patience.Token)) { Answered = Now() });
                    return results;
                }

                await foreach (double moment in due.Reader.ReadAllAsync(patience.Token))
                {
                    int status = await connection.AskAsync(patience.Token);
                    results.Add(new Result(moment, Now(), status));
                }
            }
            catch (OperationCanceledException)
            {
                // What was not answered by now is missing in the count, and so it is told.
            }

            return results;
        }, CancellationToken.None)).ToArray();

        // A thread of its own, because the pool is late when it is busy. It looks every millisecond: that is as even as a network would be.
        var clock = new Thread(() =>
        {
            for (long sent = 0; !stop.IsCancellationRequested;)
            {
                double now = Math.Min(Now(), arrivals.End);
                for (long until = arrivals.DueBy(now); sent <= until; sent++) due.Writer.TryWrite(arrivals.DueAt(sent));
                if (now == arrivals.End) break;
                Thread.Sleep(1);
            }

            due.Writer.Complete();
        });
        if (arrivals.IsOpen) clock.Start();
        else due.Writer.Complete();
        var all = await Task.WhenAll(asking);
        return [.. all.SelectMany(r => r)];
    }
}
