using System.Text.Json;
using Takt.Protocols.Problems;

namespace Takt.Client.Sending;

/// <summary>Sends calls: within their time, and again where <see cref="RetryLaw"/> allows it.</summary>
sealed class Sender(HttpClient http, TaktClientOptions options)
{
    /// <summary>Where the server is.</summary>
    public Uri Address => http.BaseAddress!;

    /// <summary>Asks for a message in JSON.</summary>
    /// <exception cref="TaktException">There is no answer.</exception>
    public Task<T> AskAsync<T>(Call call, CancellationToken stop) => AskAsync(call, static (_, body) => Wire.Read<T>(body), stop);

    /// <summary>Asks, and reads the answer as it came.</summary>
    /// <inheritdoc cref="AskAsync{T}(Call, CancellationToken)"/>
    public Task<T> AskAsync<T>(Call call, Func<HttpResponseMessage, byte[], T> read, CancellationToken stop) => SendAsync(call, async (response, token) =>
    {
        using (response)
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(token);
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
        var (clock, limit) = (options.Clock, call.Timeout ?? options.Timeout);
        long start = clock.GetTimestamp();
        using var late = new CancellationTokenSource(limit, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
        try
        {
            for (int attempt = 0; ; attempt++)
            {
                TaktException failure;
                try
                {
                    using var request = new HttpRequestMessage(call.Method, call.Path) { Content = call.Body?.Invoke() };
                    var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ending.Token);
                    if (response.IsSuccessStatusCode) return await read(response, ending.Token);
                    using (response) failure = Failures.Of(response, await response.Content.ReadAsByteArrayAsync(ending.Token), clock);
                }
                catch (HttpRequestException error)
                {
                    failure = Failures.Of(error, http.BaseAddress!);
                }

                if (call.Once || attempt >= options.Retries || !RetryLaw.Allows(call.Effect, failure)) throw failure;
                var wait = RetryLaw.WaitAfter(attempt, failure.RetryAfter, options);
                // Waiting until nobody listens any more would only hide why.
                if (limit != Timeout.InfiniteTimeSpan && clock.GetElapsedTime(start) + wait >= limit) throw failure;
                await Task.Delay(wait, clock, ending.Token);
            }
        }
        catch (OperationCanceledException error) when (late.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Failures.Late(call, limit, error);
        }
    }
}
