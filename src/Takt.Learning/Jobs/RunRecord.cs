using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Takt.Graphs.Packages;
using Takt.Learning.Training;
using Takt.Protocols.Models;

namespace Takt.Learning.Jobs;

/// <summary>All that is to be known of one training: <c>run.json</c> in its folder, written anew as it goes on.</summary>
public sealed record RunRecord
{
    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // read by people, never put into a page unescaped
    };

    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>How far it is.</summary>
    public RunStatus Status { get; init; }

    /// <summary>What it does, or did last.</summary>
    public JobPhase Phase { get; init; }

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>The whole spec, defaults included.</summary>
    public required JsonObject Spec { get; init; }

    /// <summary>SHA-256 of the spec.</summary>
    public required string SpecHash { get; init; }

    /// <summary>Seed of everything random in the training.</summary>
    public required ulong Seed { get; init; }

    /// <summary>SHA-256 of the data file; null before it is read.</summary>
    public string? DataHash { get; init; }

    /// <summary>When this process began it.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>Where it ran.</summary>
    public required RunEnvironment Environment { get; init; }

    /// <summary>classification or regression; null before the data is read.</summary>
    public string? Task { get; init; }

    /// <summary>Samples of each part.</summary>
    public PartCounts? Samples { get; init; }

    /// <summary>Shape of one sample.</summary>
    public IReadOnlyList<int>? FeatureShape { get; init; }

    /// <summary>Names of the network's inputs.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>The layers, one per line.</summary>
    public string? Network { get; init; }

    /// <summary>How many numbers were trained.</summary>
    public long Parameters { get; init; }

    /// <summary>What early stopping watches.</summary>
    public string? Monitor { get; init; }

    /// <summary>The networks, as many as the ensemble has (usually one).</summary>
    public IReadOnlyList<MemberRecord> Members { get; init; } = [];

    /// <summary>Seconds of each phase.</summary>
    public IReadOnlyDictionary<string, double> Seconds { get; init; } = new Dictionary<string, double>();

    /// <summary>What was left out or made up on the way.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>From probability to decision.</summary>
    public Decision? Decision { get; init; }

    /// <summary><c>train</c>, <c>validation</c>, <c>test</c>.</summary>
    public JsonObject? Metrics { get; init; }

    /// <summary>SHA-256 of the package.</summary>
    public string? Package { get; init; }

    /// <summary>Reads a record back.</summary>
    /// <param name="path">A <c>run.json</c>.</param>
    public static RunRecord Read(string path) => JsonSerializer.Deserialize<RunRecord>(File.ReadAllBytes(path), Json)!;
}

/// <summary>Samples of each part.</summary>
/// <param name="Training">Learned from.</param>
/// <param name="Validation">Chose epoch and threshold.</param>
/// <param name="Test">Judged by.</param>
public sealed record PartCounts(int Training, int Validation, int Test);

/// <summary>One network of a run.</summary>
/// <param name="Curve">One record per epoch.</param>
/// <param name="BestEpoch">The epoch whose weights were kept; 0 while it is trained.</param>
/// <param name="Best">The monitor there; null without a validation part.</param>
/// <param name="StoppedEarly">Whether patience ended it.</param>
public sealed record MemberRecord(IReadOnlyList<EpochRecord> Curve, int BestEpoch = 0, double? Best = null, bool StoppedEarly = false);
