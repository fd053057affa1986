using Takt.Learning.Specs;

namespace Takt.Learning.Jobs;

/// <summary>What a training job yields.</summary>
/// <param name="Task">What was learned.</param>
/// <param name="PackagePath">The <c>.takt</c> file.</param>
/// <param name="Sha256">Of that file.</param>
/// <param name="Training">On the rows that were learned from.</param>
/// <param name="Validation">On the rows that chose epoch and threshold; null where there were none.</param>
/// <param name="Test">On the rows that only judge; null where there were none.</param>
/// <param name="Record">The run.</param>
public sealed record TrainOutcome(
    LearningTask Task, string PackagePath, string Sha256, PartMetrics Training, PartMetrics? Validation, PartMetrics? Test, RunRecord Record);
