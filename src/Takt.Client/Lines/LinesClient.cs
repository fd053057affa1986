using System.Globalization;
using System.Runtime.CompilerServices;
using Takt.Client.Sending;
using Takt.Protocols.Lines;

namespace Takt.Client.Lines;

/// <summary>The lines that a server watches. Every call throws <see cref="TaktException"/> when there is no answer.</summary>
public sealed class LinesClient
{
    readonly Sender _sender;

    internal LinesClient(Sender sender) => _sender = sender;

    /// <summary>Every line with its state.</summary>
    public Task<IReadOnlyList<LineSummary>> ListAsync(CancellationToken stop = default) => _sender.AskAsync<IReadOnlyList<LineSummary>>(new Call(HttpMethod.Get, "api/lines"), stop);

    /// <summary>One line with its stations, recent cycles, readings and faults.</summary>
    /// <param name="line">The line's identifier.</param>
    /// <param name="last">How many cycles at most, from 1; null = the server's default, 600.</param>
    /// <param name="stop">Cancels the call.</param>
    public Task<LineDetail> GetAsync(string line, int? last = null, CancellationToken stop = default) =>
        _sender.AskAsync<LineDetail>(new Call(HttpMethod.Get, Call.PathOf("api", "lines", line) + (last is { } most ? string.Create(CultureInfo.InvariantCulture, $"?last={most}") : "")), stop);

    /// <summary>
    /// What happens on a line, as it happens. It ends when the server stops. A reader that lags more than some hundred events behind loses the oldest: the numbers of the
    /// cycles show it.
    /// </summary>
    /// <param name="line">The line's identifier.</param>
    /// <param name="stop">Ends the stream.</param>
    /// <exception cref="TaktException">It cannot be opened (that is tried again), or the connection broke (that is not, for what happened meanwhile is lost).</exception>
    public async IAsyncEnumerable<LineEvent> StreamAsync(string line, [EnumeratorCancellation] CancellationToken stop = default)
    {
        await foreach (var happened in _sender.StreamAsync(new Call(HttpMethod.Get, Call.PathOf("api", "lines", line, "stream")), Read, stop).ConfigureAwait(false))
            if (happened is not null) yield return happened;
    }

    /// <summary>An event, or null for a kind that only newer servers know.</summary>
    static LineEvent? Read(string type, ReadOnlySpan<byte> data) => type switch
    {
        "cycle" => new CycleEvent(Wire.Read<CycleMessage>(data)),
        "reading" => new ReadingEvent(Wire.Read<ReadingMessage>(data)),
        "fault" => new FaultEvent(Wire.Read<FaultEventMessage>(data)),
        _ => null,
    };
}
