using Takt.Protocols.Names;

namespace Takt.Serving.Calls;

/// <summary>Everything about one call that is not its data: which model is asked, for whom, how urgently and for how long. Every door makes one.</summary>
/// <param name="Model">The model, with a version or an alias if the caller named one.</param>
public sealed record CallContext(ModelReference Model)
{
    static readonly Dictionary<string, string> None = [];

    /// <summary>The caller's id for the call, for logs and captured requests; null = it gave none.</summary>
    public string? Id { get; init; }

    /// <summary>The way the call came, as <see cref="Protocols.Requests.RequestDoors"/> names it. Default rows.</summary>
    public string Door { get; init; } = Protocols.Requests.RequestDoors.Rows;

    /// <summary>Where the call comes from, by name: station, recipe, product, … A deployment's traffic rules look at it. Default empty.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = None;

    /// <summary>1 is the most urgent, larger numbers come later; 0 = the deployment's default (as in the Open Inference Protocol's schedule policy).</summary>
    public int Priority { get; init; }

    /// <summary>How long the caller waits from now on; null = the deployment's default.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The moment after which the answer is worth nothing; null = none. With a <see cref="Timeout"/> too, the earlier holds.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Whose cancelling means that the caller has gone: a call that waits is dropped before it costs anything, one at work is told to stop.</summary>
    public CancellationToken Stop { get; init; }
}
