using System.Globalization;
using Takt.Data.Schemas;

namespace Takt.Graphs.Packages;

/// <summary>What people should know of a model before they rely on it (after Mitchell et al. 2019, arXiv:1810.03993).</summary>
public sealed record ModelCard
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does: <c>classification</c>, <c>regression</c>, …</summary>
    public required string Task { get; init; }

    /// <summary>What it predicts.</summary>
    public required string Target { get; init; }

    /// <summary>The prediction's unit, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>When it was trained; from the caller's <see cref="TimeProvider"/>.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The network in words: <c>dense network 64-32, 3 009 parameters</c>.</summary>
    public required string Network { get; init; }

    /// <summary>What it was made for.</summary>
    public required string IntendedUse { get; init; }

    /// <summary>What it learned from; null where that is not known.</summary>
    public CardData? Data { get; init; }

    /// <summary>What a graph that was made elsewhere says of itself; null for what Takt trained.</summary>
    public GraphCard? Graph { get; init; }

    /// <summary>Its input columns.</summary>
    public required IReadOnlyList<CardColumn> Inputs { get; init; }

    /// <summary>How good it is, on which part of the data.</summary>
    public required IReadOnlyList<CardMetric> Metrics { get; init; }

    /// <summary>From probability to decision; null where nothing is decided.</summary>
    public Decision? Decision { get; init; }

    /// <summary>What it cannot do and where it may be wrong.</summary>
    public IReadOnlyList<string> Limits { get; init; } = [];

    /// <summary>The whole train spec (YAML); null where there was none.</summary>
    public string? Spec { get; init; }

    /// <summary>The seed of everything random.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Machine and software: <c>processors: 2</c>, <c>kernel: avx512</c>, …</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The card as a page.</summary>
    public string ToMarkdown() => ModelCardMarkdown.Write(this);
}

/// <summary>What a model learned from.</summary>
/// <param name="Source">File or dataset name.</param>
/// <param name="Sha256">Hash of the file's bytes.</param>
/// <param name="TrainingRows">Rows (for windows: samples) that it learned from.</param>
/// <param name="ValidationRows">Rows that training was steered by.</param>
/// <param name="TestRows">Rows that it was only judged on.</param>
/// <param name="Split">How the parts were made: <c>stratified, seed 7</c>.</param>
public sealed record CardData(string Source, string Sha256, int TrainingRows, int ValidationRows, int TestRows, string Split);

/// <summary>One input column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Number, Boolean, Text or Time.</param>
/// <param name="Unit">Its unit, or null.</param>
/// <param name="Range">What the training data held: <c>0 to 253</c>, or the categories.</param>
public sealed record CardColumn(string Name, string Kind, string? Unit = null, string? Range = null)
{
    /// <summary>A column of the training data's schema.</summary>
    public static CardColumn Of(ColumnSchema column) => new(column.Name, column.Kind.ToString(), column.Unit, RangeOf(column));

    static string? RangeOf(ColumnSchema column) =>
        column is { Minimum: { } least, Maximum: { } greatest } ? string.Create(CultureInfo.InvariantCulture, $"{least:G6} to {greatest:G6}")
        : column.Categories is { Count: > 0 } categories ? string.Join(", ", categories.Take(10)) + (categories.Count > 10 ? ", …" : "")
        : null;
}

/// <summary>One figure.</summary>
/// <param name="Part">Which part of the data: <c>test</c>.</param>
/// <param name="Name">The metric: <c>F1</c>.</param>
/// <param name="Value">What it is.</param>
/// <param name="Lower">Lower end of its 95 % confidence interval, or null.</param>
/// <param name="Upper">Upper end.</param>
public sealed record CardMetric(string Part, string Name, double Value, double? Lower = null, double? Upper = null);
