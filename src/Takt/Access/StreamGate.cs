using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>
/// Asks at each message of a stream what the gate asked when it began: a stream may last for days, and a key is held to its limit and may be taken back meanwhile.
/// Where no key was shown it costs a comparison.
/// </summary>
sealed class StreamGate(AccessDirectory directory, KeyLimits limits, TimeProvider clock)
{
    /// <summary>Whether the caller is still known.</summary>
    /// <exception cref="StatusException">The key was taken back or has expired, or the server is no longer open; status 401.</exception>
    public void CheckKnown(HttpContext http)
    {
        string? why = http.Features.Get<ApiKey>() is { } shown
            ? directory.Key(shown.Id) is not { } key || key.RevokedAt is not null ? "a key that was taken back" : key.IsValidAt(clock.GetUtcNow()) ? null : "a key that has expired"
            : Caller.Of(http.User) == Caller.Anyone && !directory.IsOpen ? "a request that does not say who it comes from" : null;
        if (why is not null) throw new StatusException(new Failure(StatusCodes.Status401Unauthorized, [new Problem(why, "a key of this server: 'Authorization: Bearer takt_…'", "An admin makes one with 'takt keys create'")]));
    }

    /// <summary>Counts a message after the first: that one came with the request, which is counted already.</summary>
    /// <exception cref="StatusException">There were as many as the key allows; status 429.</exception>
    public void Count(HttpContext http)
    {
        if (http.Features.Get<ApiKey>() is { } key) limits.Count(key);
    }
}
