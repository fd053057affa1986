using Takt.Protocols.Models;

namespace Takt.Registry.Runs;

/// <summary>One training, as the registry knows it.</summary>
public sealed record Run
{
    /// <summary>Its identifier.</summary>
    public required string Id { get; init; }

    /// <summary>The name of the model it trains.</summary>
    public required string Name { get; init; }

    /// <summary>The task, once it is known.</summary>
    public string? Task { get; init; }

    /// <summary>How far it is.</summary>
    public RunStatus Status { get; init; }

    /// <summary>The train spec, canonical JSON.</summary>
    public required string Spec { get; init; }

    /// <summary>The seed, as text: it may need all 64 bits.</summary>
    public required string Seed { get; init; }

    /// <summary>SHA-256 of the training file, once it is read.</summary>
    public string? DataSha256 { get; init; }

    /// <summary>Where its checkpoint and log are.</summary>
    public string? Folder { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Curves, metrics, timings and environment, JSON; null until it ends.</summary>
    public string? Record { get; init; }

    /// <summary>Why it failed; null if it did not.</summary>
    public string? Failure { get; init; }
}
