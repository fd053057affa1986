using System.Security.Claims;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>
/// Asks again, while a stream lasts, what the gate asked when it began: that may be for days, and a key is held to its limit and may be taken back meanwhile, a sign-in may end.
/// </summary>
sealed class StreamGate(AccessDirectory directory, KeyLimits limits, TimeProvider clock)
{
    /// <summary>A stream that waits, or one long answer, is asked about so often: who is not known any more loses it within that time.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Whether the caller is still known. Where nobody has to be, it costs a comparison.</summary>
    /// <exception cref="StatusException">The key was taken back or has expired, the sign-in has ended, or the server is no longer open; status 401.</exception>
    public void CheckKnown(HttpContext http)
    {
        if (Refusal(http.Features.Get<ApiKey>(), http.User) is { } refusal) throw refusal;
    }

    /// <summary>Watches a stream from now on.</summary>
    /// <param name="http">The request that it answers.</param>
    /// <param name="stop">Ends the stream for other reasons.</param>
    public Watch Follow(HttpContext http, CancellationToken stop)
    {
        var (key, user) = (http.Features.Get<ApiKey>(), http.User); // not the request itself, which may be over when the timer fires
        return new Watch(() => Refusal(key, user), clock, stop);
    }

    /// <summary>Counts a message after the first: that one came with the request, which is counted already.</summary>
    /// <exception cref="StatusException">There were as many as the key allows; status 429.</exception>
    public void Count(HttpContext http)
    {
        if (http.Features.Get<ApiKey>() is { } key) limits.Count(key);
    }

    StatusException? Refusal(ApiKey? shown, ClaimsPrincipal user) => Why(shown, user) is not { } why ? null
        : new(new Failure(StatusCodes.Status401Unauthorized, [new Problem(why, "a key of this server: 'Authorization: Bearer takt_…'", "An admin makes one with 'takt keys create'")]));

    string? Why(ApiKey? shown, ClaimsPrincipal user)
    {
        if (shown is not null) return directory.Key(shown.Id) is not { RevokedAt: null } key ? "a key that was taken back" : key.IsValidAt(clock.GetUtcNow()) ? null : "a key that has expired";
        if (Caller.Of(user) == Caller.Anyone) return directory.IsOpen ? null : "a request that does not say who it comes from";
        return directory.IsSignedIn(user) ? null : "a sign-in that has ended";
    }

    /// <summary>A stream that is watched.</summary>
    public sealed class Watch : IDisposable
    {
        readonly CancellationTokenSource _stop;
        readonly ITimer _timer;

        internal Watch(Func<StatusException?> look, TimeProvider clock, CancellationToken stop)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
            _timer = clock.CreateTimer(_ =>
            {
                if (look() is not { } lost) return;
                Lost = lost;
                try
                {
                    _ = _stop.CancelAsync();
                }
                catch (ObjectDisposedException)
                {
                    // The stream ended by itself just now; its timer had fired already.
                }
            }, null, Interval, Interval);
        }

        /// <summary>Cancelled when the stream has to end.</summary>
        public CancellationToken Stop => _stop.Token;

        /// <summary>Why its caller is not known any more; null = it is.</summary>
        public StatusException? Lost { get; private set; }

        /// <summary>Ends the watching.</summary>
        public void Dispose()
        {
            _timer.Dispose();
            _stop.Dispose();
        }
    }
}
