using Takt.Registry.Databases;

namespace Takt.Registry.Events;

/// <summary>Something that happened in the registry. Events are never changed.</summary>
public sealed record RegistryEvent
{
    /// <summary>Rising number.</summary>
    public long Id { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>dataset-added, version-added, version-deleted, alias-moved, deployment-serving or deployment-stopped.</summary>
    public required string Kind { get; init; }

    /// <summary>What it happened to: <c>press:3</c>, <c>press@champion</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Content hash, move or reference.</summary>
    public string? Detail { get; init; }
}

/// <summary>The events. The database itself notes them (see the triggers), in the transaction of the change.</summary>
/// <param name="database">Where they are kept.</param>
public sealed class EventStore(RegistryDatabase database)
{
    /// <summary>The events, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    /// <param name="before">Only those before this number, to page on; null = from the newest.</param>
    public IReadOnlyList<RegistryEvent> List(int limit = 100, long? before = null) =>
        database.Read<RegistryEvent>("select * from event where @before is null or id < @before order by id desc limit @limit", new { limit, before });
}
