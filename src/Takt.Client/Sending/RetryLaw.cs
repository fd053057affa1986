namespace Takt.Client.Sending;

/// <summary>Whether a call that failed is sent again, and when.</summary>
static class RetryLaw
{
    const int TooManyRequests = 429, Unavailable = 503;

    /// <summary>Whether sending again is safe and may help. 429 comes before anything is done; 503 may come when a wish is noted but could not be carried out.</summary>
    public static bool Allows(Effect effect, TaktException failure) => effect switch
    {
        Effect.None => failure.Status is TooManyRequests or Unavailable || IsBroken(failure),
        Effect.Sets => failure.Status is TooManyRequests or Unavailable || NeverArrived(failure),
        _ => failure.Status is TooManyRequests || NeverArrived(failure),
    };

    /// <summary>
    /// How long to wait: a random part of a time that doubles ("full jitter", Brooker 2015, "Exponential Backoff And Jitter"), after what the server asks for. So a crowd of
    /// clients that was refused together does not come back together.
    /// </summary>
    /// <param name="attempt">Attempts before the one that failed.</param>
    /// <param name="retryAfter">What the server asks for, or null.</param>
    /// <param name="options">The first and the longest delay, and chance.</param>
    public static TimeSpan WaitAfter(int attempt, TimeSpan? retryAfter, TaktClientOptions options)
    {
        double most = Math.Min(options.FirstDelay.TotalMilliseconds * Math.Pow(2, attempt), options.LongestDelay.TotalMilliseconds);
        return (retryAfter ?? TimeSpan.Zero) + TimeSpan.FromMilliseconds(most * options.Chance());
    }

    /// <summary>The connection failed before the request went out.</summary>
    static bool NeverArrived(TaktException failure) => ErrorOf(failure) is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;

    /// <summary>The connection failed before or after; what will fail again in the same way (certificates, protocols, proxies) does not count.</summary>
    static bool IsBroken(TaktException failure) => NeverArrived(failure) || ErrorOf(failure) is HttpRequestError.ResponseEnded or HttpRequestError.HttpProtocolError or HttpRequestError.Unknown;

    static HttpRequestError? ErrorOf(TaktException failure) => (failure.InnerException as HttpRequestException)?.HttpRequestError;
}
