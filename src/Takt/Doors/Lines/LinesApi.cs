using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Monitoring.Lines;
using Takt.Protocols.Lines;
using Takt.Protocols.Problems;
using Takt.Registry.Access;
using Takt.Web.Access;

namespace Takt.Doors.Lines;

/// <summary>The lines that are watched, as JSON and as a stream of server-sent events.</summary>
static class LinesApi
{
    /// <summary>Cycles that a detail holds unless asked otherwise: five minutes at two a second.</summary>
    const int DefaultLast = 600;

    /// <summary>Messages a slow reader may lag behind before it loses the oldest.</summary>
    const int StreamCapacity = 512;

    /// <summary>Maps the calls under /api/lines.</summary>
    public static void MapLinesApi(this IEndpointRouteBuilder app)
    {
        var lines = app.MapGroup("/api/lines").WithTags("Lines").Needs(Permissions.Read);
        lines.MapGet("", All).WithSummary("Every line with its state");
        lines.MapGet("/{line}", One).WithSummary("One line with its stations, recent cycles, probabilities and faults")
            .WithDescription($"?last=N gives at most N cycles; default {DefaultLast}.").Fails(400, 404);
        lines.MapGet("/{line}/stream", Stream).WithSummary("What happens on a line as it happens (server-sent events: cycle, reading, fault)").Fails(404);
    }

    static Ok<IEnumerable<LineSummary>> All(LineDirectory lines, TimeProvider clock) =>
        TypedResults.Ok(lines.All.Select(line => line.ToSummary(clock.GetUtcNow())));

    static Ok<LineDetail> One(string line, string? last, LineDirectory lines, TimeProvider clock)
    {
        int most = DefaultLast;
        if (last is not null && (!int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most < 1))
            throw new InputException($"last={last}", "a whole number from 1");
        return TypedResults.Ok(Find(lines, line).ToDetail(most, clock.GetUtcNow()));
    }

    /// <summary>A stream has no end of its own: it ends with the reader, when the reader is not known any more, or with the server, which would otherwise wait for every open page.</summary>
    static ServerSentEventsResult<object> Stream(string line, HttpContext http, LineDirectory lines, StreamGate gate, IHostApplicationLifetime server, CancellationToken stop) =>
        TypedResults.ServerSentEvents(EventsAsync(Find(lines, line), gate.Follow(http, server.ApplicationStopping), stop));

    /// <summary>Joins the line's cycles with its first monitor's readings and events, each in its own order.</summary>
    static async IAsyncEnumerable<SseItem<object>> EventsAsync(LineWatch line, StreamGate.Watch watch, [EnumeratorCancellation] CancellationToken stop)
    {
        using var watched = watch;
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(watch.Stop, stop);
        using var cycles = line.Samples.Subscribe();
        var joined = Channel.CreateBounded<SseItem<object>>(new BoundedChannelOptions(StreamCapacity) { FullMode = BoundedChannelFullMode.DropOldest });
        var pumps = new List<Task> { PumpAsync(cycles.ReadAllAsync(leaving.Token), "cycle", sample => sample.ToMessage(), joined) };
        using var readings = line.Monitor?.Readings.Subscribe();
        using var changes = line.Monitor?.Changes.Subscribe();
        if (readings is not null) pumps.Add(PumpAsync(readings.ReadAllAsync(leaving.Token), "reading", reading => reading.ToMessage(), joined));
        if (changes is not null) pumps.Add(PumpAsync(changes.ReadAllAsync(leaving.Token), "fault", change => change.ToMessage(), joined));
        try
        {
            while (await CanReadAsync(joined.Reader, leaving.Token))
                while (joined.Reader.TryRead(out var item))
                    yield return item;
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

    /// <summary>Waits for the next message; false when reader or server leave.</summary>
    static async Task<bool> CanReadAsync(ChannelReader<SseItem<object>> messages, CancellationToken leaving)
    {
        try
        {
            return await messages.WaitToReadAsync(leaving);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    static LineWatch Find(LineDirectory lines, string line) => lines.Find(line) ?? throw new StatusException(new Failure(StatusCodes.Status404NotFound,
        [new Problem($"no line '{line}'", WayOut: lines.All.Count == 0 ? "No line is watched: start 'takt serve --demo' to see one" : NearestName.Suggest(line, [.. lines.All.Select(l => l.Line.Id)]))]));
}
