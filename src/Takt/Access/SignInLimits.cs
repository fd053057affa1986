using System.Net;
using System.Threading.RateLimiting;

namespace Takt.Access;

/// <summary>How often somebody may try to sign in: a person mistypes a few times, a program guesses thousands of times.</summary>
sealed class SignInLimits : IDisposable
{
    const int TriesPerName = 10, TriesPerAddress = 30, LongestName = 100;
    static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(who => RateLimitPartition.GetFixedWindowLimiter(
        who, key => new FixedWindowRateLimiterOptions { PermitLimit = key[0] == 'n' ? TriesPerName : TriesPerAddress, Window = Window }));

    /// <summary>Whether one more try is allowed now. What is counted is remembered for a while: no more names than an address has tries, and none at length.</summary>
    public bool Allow(string name, IPAddress? address)
    {
        using var byAddress = _limiter.AttemptAcquire($"a{address}");
        if (!byAddress.IsAcquired) return false;
        using var byName = _limiter.AttemptAcquire($"n{(name.Length > LongestName ? name[..LongestName] : name)}");
        return byName.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
