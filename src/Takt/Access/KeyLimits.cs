using System.Globalization;
using System.Threading.RateLimiting;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>Holds each key to its requests a minute. A stream counts message by message.</summary>
sealed class KeyLimits : IDisposable
{
    readonly PartitionedRateLimiter<ApiKey> _limiter = PartitionedRateLimiter.Create<ApiKey, (string, int)>(key => RateLimitPartition.GetFixedWindowLimiter(
        (key.Id, key.PerMinute!.Value), limit => new FixedWindowRateLimiterOptions { PermitLimit = limit.Item2, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Counts one request.</summary>
    /// <exception cref="StatusException">There were as many as the key allows; status 429.</exception>
    public void Count(ApiKey key)
    {
        if (key.PerMinute is not { } most) return;
        using var lease = _limiter.AttemptAcquire(key);
        if (lease.IsAcquired) return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
        throw new StatusException(new Failure(StatusCodes.Status429TooManyRequests,
            [new Problem($"more than {most} requests a minute with key {key.Id}", $"at most {most}", string.Create(CultureInfo.InvariantCulture, $"Ask again in {Math.Ceiling(wait.TotalSeconds)} s"))])
            { RetryAfter = wait });
    }

    public void Dispose() => _limiter.Dispose();
}
