using System.Globalization;
using System.Runtime.CompilerServices;
using Takt.Client.Sending;
using Takt.Protocols.Requests;

namespace Takt.Client.Requests;

/// <summary>The calls that a server has written down, and their replay on other versions. Every call throws <see cref="TaktException"/> when there is no answer.</summary>
public sealed class RequestsClient
{
    /// <summary>How often a running replay is looked at.</summary>
    static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(500);

    /// <summary>Calls asked for at once.</summary>
    const int PageSize = 500;

    readonly Sender _sender;
    readonly TimeProvider _clock;

    internal RequestsClient(Sender sender, TimeProvider clock) => (_sender, _clock) = (sender, clock);

    /// <summary>Written calls, newest first, as far as the reader reads; what is beyond a page is asked for when it is needed.</summary>
    /// <param name="model">Only calls of this model; null = all that the key may see.</param>
    /// <param name="version">Only calls that this version answered; null = any.</param>
    /// <param name="outcome">Only calls that ended so: <c>ok</c>, <c>queue_full</c>, …, or <c>any-failure</c>; null = any.</param>
    /// <param name="since">Only calls from then on; null = from the first.</param>
    /// <param name="stop">Cancels the call.</param>
    public async IAsyncEnumerable<RequestSummary> ListAsync(
        string? model = null, int? version = null, string? outcome = null, DateTimeOffset? since = null, [EnumeratorCancellation] CancellationToken stop = default)
    {
        string filter = string.Concat(Parameter("model", model), Parameter("version", version?.ToString(CultureInfo.InvariantCulture)), Parameter("outcome", outcome),
            Parameter("since", since?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
        string? cursor = null;
        do
        {
            var page = await _sender.AskAsync<RequestsResponse>(
                new Call(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"api/requests?limit={PageSize}{filter}{Parameter("cursor", cursor)}")), stop).ConfigureAwait(false);
            foreach (var call in page.Requests) yield return call;
            cursor = page.Cursor;
        }
        while (cursor is not null);
    }

    /// <summary>One written call, with what it brought and got for a key that may manage the model.</summary>
    /// <param name="id">Its number.</param>
    /// <param name="stop">Cancels the call.</param>
    public Task<RequestDetails> GetAsync(long id, CancellationToken stop = default) => _sender.AskAsync<RequestDetails>(new Call(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"api/requests/{id}")), stop);

    /// <summary>Sends written calls to another version, waits until that is done, and gives what it found. Cancelling cancels it on the server too, where that can be reached.</summary>
    /// <param name="order">Which calls on which version.</param>
    /// <param name="progress">Told of the replay as it is, now and then; null = nobody is.</param>
    /// <param name="stop">Cancels the replay.</param>
    /// <exception cref="TaktException">It could not begin, or it failed.</exception>
    public async Task<ReplayReport> ReplayAsync(ReplayOrder order, IProgress<ReplayOperation>? progress = null, CancellationToken stop = default)
    {
        var operation = await _sender.AskAsync<ReplayOperation>(new Call(HttpMethod.Post, "api/requests/replay", Effect.Steps) { Body = Wire.Body(order) }, stop).ConfigureAwait(false);
        string path = Call.PathOf("api", "requests", "replays", operation.Id);
        try
        {
            while (operation.EndedAt is null)
            {
                progress?.Report(operation);
                await Task.Delay(BetweenLooks, _clock, stop).ConfigureAwait(false);
                operation = await _sender.AskAsync<ReplayOperation>(new Call(HttpMethod.Get, path), stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            await CancelAsync(path).ConfigureAwait(false);
            throw;
        }

        progress?.Report(operation);
        return operation.Report ?? throw new TaktException(null, [new(operation.Problem ?? $"a replay that was {operation.State}", "one that ends")]);
    }

    /// <summary>Cancels a replay, if the server can be reached: whoever cancelled wants to go on, not to learn that it cannot.</summary>
    async Task CancelAsync(string path)
    {
        try
        {
            await _sender.AskAsync<ReplayOperation>(new Call(HttpMethod.Delete, path, Effect.Sets), CancellationToken.None).ConfigureAwait(false);
        }
        catch (TaktException)
        {
            // it ends by itself
        }
    }

    static string Parameter(string name, string? value) => value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
}
