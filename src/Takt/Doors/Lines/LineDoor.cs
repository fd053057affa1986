using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Monitoring.Lines;
using Takt.Protocols.Lines;
using Takt.Protocols.Problems;

namespace Takt.Doors.Lines;

/// <summary>The lines that are watched, as JSON and as a stream of server-sent events.</summary>
static class LineDoor
{
    /// <summary>Cycles that a detail holds unless asked otherwise: five minutes at two a second.</summary>
    const int DefaultLast = 600;

    /// <summary>Messages a slow reader may lag behind before it loses the oldest.</summary>
    const int StreamCapacity = 512;

    public static RouteGroupBuilder MapLinesApi(this IEndpointRouteBuilder app)
    {
        var lines = app.MapGroup("/api/lines").WithTags("Lines");
        lines.MapGet("", All).WithSummary("Every line with its state");
        lines.MapGet("/{line}", One).WithSummary("One line with its stations, recent cycles, probabilities and faults");
        lines.MapGet("/{line}/stream", Stream).WithSummary("What happens on a line as it happens (server-sent events: cycle, reading, fault)");
        return lines;
    }

    static Ok<IEnumerable<LineSummary>> All(LineDirectory lines, TimeProvider clock) =>
        TypedResults.Ok(lines.All.Select(line => line.ToSummary(clock.GetUtcNow())));

    static Results<Ok<LineDetail>, NotFound<Problem>> One(string line, LineDirectory lines, TimeProvider clock, int last = DefaultLast) =>
        lines.Find(line) is { } found ? TypedResults.Ok(found.ToDetail(last, clock.GetUtcNow())) : TypedResults.NotFound(Unknown(line, lines));

    static Results<ServerSentEventsResult<object>, NotFound<Problem>> Stream(string line, LineDirectory lines, CancellationToken stop) =>
        lines.Find(line) is { } found ? TypedResults.ServerSentEvents(EventsAsync(found, stop)) : TypedResults.NotFound(Unknown(line, lines));

    /// <summary>Joins the line's cycles with its first monitor's readings and events, each in its own order.</summary>
    static async IAsyncEnumerable<SseItem<object>> EventsAsync(LineWatch line, [EnumeratorCancellation] CancellationToken stop)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var cycles = line.Samples.Subscribe();
        var joined = Channel.CreateBounded<SseItem<object>>(new BoundedChannelOptions(StreamCapacity) { FullMode = BoundedChannelFullMode.DropOldest });
        var pumps = new List<Task> { PumpAsync(cycles.ReadAllAsync(leaving.Token), "cycle", sample => sample.ToMessage(), joined) };
        using var readings = line.Monitor?.Readings.Subscribe();
        using var changes = line.Monitor?.Changes.Subscribe();
        if (readings is not null) pumps.Add(PumpAsync(readings.ReadAllAsync(leaving.Token), "reading", reading => reading.ToMessage(), joined));
        if (changes is not null) pumps.Add(PumpAsync(changes.ReadAllAsync(leaving.Token), "fault", change => change.ToMessage(), joined));
        try
        {
            await foreach (var item in joined.Reader.ReadAllAsync(stop)) yield return item;
        }
        finally
        {
            await leaving.CancelAsync();
            await Task.WhenAll(pumps);
        }
    }

    static async Task PumpAsync<T>(IAsyncEnumerable<T> from, string type, Func<T, object> message, Channel<SseItem<object>> to)
    {
        try
        {
            await foreach (var item in from) to.Writer.TryWrite(new SseItem<object>(message(item), type));
        }
        catch (OperationCanceledException)
        {
            // The reader went away; that is how every stream ends.
        }
    }

    static Problem Unknown(string line, LineDirectory lines) =>
        new($"no line '{line}'", WayOut: lines.All.Count == 0 ? "No line is watched: start 'takt serve --demo' to see one" : NearestName.Suggest(line, [.. lines.All.Select(l => l.Line.Id)]));
}
