using System.Globalization;
using System.Threading.RateLimiting;
using Takt.Doors.Errors;
using Takt.Protocols.Problems;
using Takt.Registry.Access;

namespace Takt.Access;

/// <summary>Holds each key to its requests a minute.</summary>
sealed class KeyLimits(RequestDelegate next) : IDisposable
{
    readonly PartitionedRateLimiter<ApiKey> _limiter = PartitionedRateLimiter.Create<ApiKey, (string, int)>(key => RateLimitPartition.GetFixedWindowLimiter(
        (key.Id, key.PerMinute!.Value), limit => new FixedWindowRateLimiterOptions { PermitLimit = limit.Item2, Window = TimeSpan.FromMinutes(1) }));

    /// <summary>Called by the server for each request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Features.Get<ApiKey>() is { PerMinute: { } most } key)
        {
            using var lease = _limiter.AttemptAcquire(key);
            if (!lease.IsAcquired)
            {
                var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromMinutes(1);
                context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
                throw new StatusException(new Failure(StatusCodes.Status429TooManyRequests,
                    [new Problem($"more than {most} requests a minute with key {key.Id}", $"at most {most}", string.Create(CultureInfo.InvariantCulture, $"Ask again in {Math.Ceiling(wait.TotalSeconds)} s"))]));
            }
        }

        await next(context);
    }

    public void Dispose() => _limiter.Dispose();
}
