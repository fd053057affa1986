using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Takt.Client.Sending;

/// <summary>Answers that are streams of server-sent events.</summary>
static class Events
{
    /// <summary>The events as they come. The call's time is for the opening alone.</summary>
    /// <param name="sender">Opens the stream, again where that is allowed.</param>
    /// <param name="call">What is asked.</param>
    /// <param name="read">Reads one event.</param>
    /// <param name="stop">Ends the stream.</param>
    /// <exception cref="TaktException">It cannot be opened, the connection broke, or an event cannot be read.</exception>
    public static async IAsyncEnumerable<T> StreamAsync<T>(this Sender sender, Call call, SseItemParser<T> read, [EnumeratorCancellation] CancellationToken stop)
    {
        using var response = await sender.OpenAsync(call, stop).ConfigureAwait(false);
        var body = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);   // goes with the response
        await using var events = SseParser.Create(body, read).EnumerateAsync(stop).ConfigureAwait(false).GetAsyncEnumerator();
        while (await MoveNextAsync().ConfigureAwait(false)) yield return events.Current.Data;

        async ValueTask<bool> MoveNextAsync()
        {
            try
            {
                return await events.MoveNextAsync();
            }
            catch (JsonException error)
            {
                throw Failures.Unreadable(response, error);
            }
            catch (IOException error)
            {
                throw Failures.Broken(error, sender.Address);
            }
        }
    }
}
