namespace Takt.Client;

/// <summary>What a call of a model says beside its data: where that comes from, how urgent it is, and how long or until when its answer is worth something.</summary>
public sealed record CallContext
{
    /// <summary>Where the data comes from, by name: station, recipe, product, … A deployment may send it to different versions. Null = not said.</summary>
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>1 is the most urgent, larger numbers come later; 0 = the deployment's default.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// How long the call may take in all, every attempt and the waits between them included. Each attempt tells the server what is left of it, and the server refuses at once what it
    /// cannot answer by then. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> = for ever; null = on the server the deployment's default, here <see cref="TaktClientOptions.Timeout"/>.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// The moment after which the answer is worth nothing, by the clocks of both sides. With <see cref="Timeout"/> too, the earlier counts. Null = none.
    /// </summary>
    public DateTimeOffset? Deadline { get; init; }
}
