using System.Text.Json.Serialization;
using Takt.Learning.Training;

namespace Takt.Learning.Jobs;

/// <summary>What a training job does, in this order.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobPhase>))]
public enum JobPhase
{
    /// <summary>The data file is read.</summary>
    [JsonStringEnumMemberName("reading")] Reading,

    /// <summary>Rows are parted, the preparation is fitted, every part is prepared.</summary>
    [JsonStringEnumMemberName("preparing")] Preparing,

    /// <summary>The network is trained.</summary>
    [JsonStringEnumMemberName("training")] Training,

    /// <summary>The threshold is chosen and every part is judged.</summary>
    [JsonStringEnumMemberName("evaluating")] Evaluating,

    /// <summary>The network is traced, compared with its graph and written into a package.</summary>
    [JsonStringEnumMemberName("packaging")] Packaging,

    /// <summary>The package is there.</summary>
    [JsonStringEnumMemberName("done")] Done,
}

/// <summary>How far a training job is.</summary>
/// <param name="Phase">What it does now.</param>
/// <param name="Share">How much of that is done, 0 to 1; null where that is not known.</param>
/// <param name="Training">While training: epoch, loss, time left.</param>
/// <param name="Member">Which network of an ensemble is trained, from 1.</param>
/// <param name="Members">How many there are.</param>
public sealed record JobProgress(JobPhase Phase, double? Share = null, TrainingProgress? Training = null, int Member = 1, int Members = 1);
