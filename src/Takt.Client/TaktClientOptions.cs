using System.Security.Cryptography;

namespace Takt.Client;

/// <summary>What a <see cref="TaktClient"/> says where a call says nothing, how long it waits, and when it tries again.</summary>
public sealed record TaktClientOptions
{
    /// <summary>What calls of models say that bring no context of their own, for example a timeout. Default nothing: how long they may wait is then up to their deployments.</summary>
    public CallContext Context { get; init; } = new();

    /// <summary>How long a call may take in all that says nothing of its time, every attempt and the waits between them included; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> = for ever. Default 100 s, as HttpClient has it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>How often a call that failed is sent again where that is safe; 0 = never. Default 3.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>The longest wait before the first retry; it doubles with each further one. Default 200 ms: a full queue has moved on by then.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The doubling ends here. What the server asks for with Retry-After is waited even if it is longer. Default 10 s.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Sends the requests, for proxies, certificates and tests; it stays the caller's to dispose. Null = a pool of connections of the client's own.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The clock of timeouts and waits. Default the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Gives numbers from 0 to 1 that spread the waits of many clients. Default the system's randomness: the waits of two machines must not agree.</summary>
    public Func<double> Chance { get; init; } = static () => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
