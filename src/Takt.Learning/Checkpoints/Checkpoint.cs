using Takt.Learning.Optimizers;
using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Checkpoints;

/// <summary>What a training was started with; one that goes on from a checkpoint must be started with the same.</summary>
/// <param name="SpecHash">SHA-256 of the spec.</param>
/// <param name="DataHash">SHA-256 of the data file.</param>
/// <param name="Member">Which network of an ensemble, from 1.</param>
/// <param name="Parameters">Names and shapes of the parameters.</param>
/// <param name="BaseHash">SHA-256 of the model that training went on from; null for a fresh network.</param>
public sealed record TrainingIdentity(string SpecHash, string DataHash, int Member, string Parameters, string? BaseHash = null);

/// <summary>Everything a training needs to go on after an epoch as if it had never stopped.</summary>
/// <param name="Identity">What it was started with.</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Finished">Whether there is nothing more to do than to take the best weights.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="Order">What shuffles the samples.</param>
/// <param name="Chance">What dropout draws from.</param>
/// <param name="Schedule">Where the learning rate stands.</param>
/// <param name="Stopping">Where early stopping stands.</param>
/// <param name="Curve">The epochs so far.</param>
public sealed record Checkpoint(
    TrainingIdentity Identity, int Epoch, bool Finished, long Steps, GeneratorState Order, GeneratorState Chance,
    ScheduleState Schedule, StoppingState Stopping, IReadOnlyList<EpochRecord> Curve)
{
    /// <summary>Rows of numbers by name: weights, the optimiser's moments, the best weights, the running average.</summary>
    public required IReadOnlyDictionary<string, float[]> Arrays { get; init; }
}
