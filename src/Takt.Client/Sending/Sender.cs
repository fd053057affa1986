using System.Text.Json;
using Takt.Protocols.Problems;

namespace Takt.Client.Sending;

/// <summary>Sends calls: within their time, and again where <see cref="RetryLaw"/> allows it.</summary>
sealed class Sender(HttpClient http, TaktClientOptions options)
{
    /// <summary>Bodies from 1 MiB on are sent once the server has agreed to read them, as curl does: who is refused in the middle of sending may never read why.</summary>
    const long AskedBeforeBytes = 1 << 20;

    /// <summary>Where the server is.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>What calls of models say that bring no context of their own.</summary>
    public CallContext Context => options.Context;

    /// <summary>Asks for a message in JSON.</summary>
    /// <exception cref="TaktException">There is no answer.</exception>
    public Task<T> AskAsync<T>(Call call, CancellationToken stop) => AskAsync(call, static (_, body) => Wire.Read<T>(body), stop);

    /// <summary>Asks, and reads the answer as it came.</summary>
    /// <inheritdoc cref="AskAsync{T}(Call, CancellationToken)"/>
    public Task<T> AskAsync<T>(Call call, Func<HttpResponseMessage, byte[], T> read, CancellationToken stop) => SendAsync(call, async (response, token) =>
    {
        using (response)
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(token).ConfigureAwait(false);
            try
            {
                return read(response, body);
            }
            catch (Exception error) when (error is JsonException or InputException)
            {
                throw Failures.Unreadable(response, error);
            }
        }
    }, stop);

    /// <summary>Opens an answer that has no end of its own. The call's time is for the opening alone.</summary>
    /// <returns>The caller's to dispose.</returns>
    /// <inheritdoc cref="AskAsync{T}(Call, CancellationToken)"/>
    public Task<HttpResponseMessage> OpenAsync(Call call, CancellationToken stop) => SendAsync(call, static (response, _) => Task.FromResult(response), stop);

    async Task<T> SendAsync<T>(Call call, Func<HttpResponseMessage, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var time = new CallTime(call, options);
        if (time.Limit == TimeSpan.Zero) throw Failures.Passed(call);
        using var late = new CancellationTokenSource(time.Limit, options.Clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                TaktException failure;
                try
                {
                    using var request = new HttpRequestMessage(call.Method, call.Path) { Content = call.Body?.Invoke(time.LeftToTell(attempt)) };
                    if (request.Content?.Headers.ContentLength >= AskedBeforeBytes) request.Headers.ExpectContinue = true;
                    var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending.Token).ConfigureAwait(false);
                    if (response.IsSuccessStatusCode) return await read(response, ending.Token).ConfigureAwait(false);
                    using (response) failure = Failures.Of(response, await response.Content.ReadAsByteArrayAsync(ending.Token).ConfigureAwait(false), options.Clock);
                }
                catch (HttpRequestException error)
                {
                    failure = Failures.Of(error, http.BaseAddress!);
                }

                if (call.Once || attempt >= options.Retries || !RetryLaw.Allows(call.Effect, failure)) throw failure;
                var wait = RetryLaw.WaitAfter(attempt, failure.RetryAfter, options);
                if (time.IsOverAfter(wait)) throw failure; // waiting until nobody listens any more would only hide why
                await Task.Delay(wait, options.Clock, ending.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Failures.Late(call, time.Limit, error);
        }
        catch (OperationCanceledException error) when (error.CancellationToken != stop && stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(error.Message, error, stop); // the caller's own token, not ours
        }
    }
}
