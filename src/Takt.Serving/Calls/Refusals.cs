using Takt.Protocols.Problems;

namespace Takt.Serving.Calls;

/// <summary>The call was refused at once, because the server could not have answered it as wanted. Nothing was computed; asking again later may help.</summary>
/// <param name="problem">Why.</param>
/// <param name="retryAfter">When asking again is worth while; null = the call itself must change.</param>
public abstract class RefusedException(Problem problem, TimeSpan? retryAfter) : Exception(problem.ToString())
{
    /// <summary>Why.</summary>
    public Problem Problem { get; } = problem;

    /// <summary>When asking again is worth while; null = the call itself must change.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>The deployment's queue is full. HTTP 429, gRPC RESOURCE_EXHAUSTED.</summary>
/// <inheritdoc/>
public sealed class QueueFullException(Problem problem, TimeSpan? retryAfter) : RefusedException(problem, retryAfter);

/// <summary>
/// The call's deadline cannot be met: HTTP 503 where waiting would help, 504 where the deadline has passed; gRPC DEADLINE_EXCEEDED.
/// </summary>
/// <inheritdoc/>
public sealed class DeadlineException(Problem problem, TimeSpan? retryAfter) : RefusedException(problem, retryAfter);
