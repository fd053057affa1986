namespace Takt.Registry.Models;

/// <summary>A model: a name, its versions, and labels that move from one to the next.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions, oldest first; deleted ones are not among them.</param>
/// <param name="Aliases">Version number by alias, for example champion.</param>
public sealed record Model(string Name, IReadOnlyList<ModelVersion> Versions, IReadOnlyDictionary<string, int> Aliases);

/// <summary>One version of a model. It never changes.</summary>
public sealed record ModelVersion
{
    /// <summary>The model.</summary>
    public required string Name { get; init; }

    /// <summary>The number, from 1; never given twice.</summary>
    public int Number { get; init; }

    /// <summary>Hash of its package.</summary>
    public required string PackageSha256 { get; init; }

    /// <summary>Size of its package.</summary>
    public long PackageBytes { get; init; }

    /// <summary>The run that made it; null if it was imported.</summary>
    public string? RunId { get; init; }

    /// <summary>classification, regression, …</summary>
    public required string Task { get; init; }

    /// <summary>What it predicts.</summary>
    public required string Target { get; init; }

    /// <summary>The metric to tell versions apart by, on the test part; null if it has none.</summary>
    public string? MetricName { get; init; }

    /// <summary>Its value.</summary>
    public double? MetricValue { get; init; }

    /// <summary>The model card, JSON.</summary>
    public required string Card { get; init; }

    /// <summary>All metrics of all parts, JSON.</summary>
    public required string Metrics { get; init; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a new version brings along.</summary>
/// <param name="Name">The model it is a version of.</param>
/// <param name="Task">classification, regression, …</param>
/// <param name="Target">What it predicts.</param>
/// <param name="Card">The model card, JSON.</param>
/// <param name="Metrics">All metrics, JSON.</param>
public sealed record NewVersion(string Name, string Task, string Target, string Card, string Metrics)
{
    /// <inheritdoc cref="ModelVersion.MetricName"/>
    public string? MetricName { get; init; }

    /// <inheritdoc cref="ModelVersion.MetricValue"/>
    public double? MetricValue { get; init; }

    /// <summary>The run that made it; it is finished in the same transaction. Null for an import.</summary>
    public FinishedRun? Run { get; init; }

    /// <summary>Aliases that move to the new version in the same transaction.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];
}

/// <summary>What a run leaves behind.</summary>
/// <param name="Id">The run.</param>
/// <param name="DataSha256">Hash of the training file.</param>
/// <param name="Record">Curves, metrics, timings and environment, JSON.</param>
public sealed record FinishedRun(string Id, string DataSha256, string Record);

/// <summary>One move of an alias.</summary>
public sealed record AliasMove
{
    /// <summary>The model.</summary>
    public required string Name { get; init; }

    /// <summary>The alias.</summary>
    public required string Alias { get; init; }

    /// <summary>Where it pointed; null = it is new.</summary>
    public int? FromNumber { get; init; }

    /// <summary>Where it points; null = it was removed.</summary>
    public int? ToNumber { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset MovedAt { get; init; }
}
