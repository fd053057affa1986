using Takt.Protocols.Problems;

namespace Takt.Client;

/// <summary>
/// A call could not be answered in the time that it had. Either the server refused it for that (<see cref="TaktException.Status"/> 503 where asking again later would help, 504 where not), or its time
/// ended here without an answer (no status).
/// </summary>
/// <inheritdoc/>
public sealed class TaktTimeoutException(int? status, IReadOnlyList<Problem> problems, string? requestId = null, TimeSpan? retryAfter = null, Exception? inner = null)
    : TaktException(status, problems, requestId, retryAfter, inner);
