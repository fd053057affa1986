namespace Takt.Learning.Training;

/// <summary>How far a training is.</summary>
/// <param name="Epoch">The epoch that runs, from 1.</param>
/// <param name="Epochs">Most epochs.</param>
/// <param name="Batch">Batches done in this epoch.</param>
/// <param name="Batches">Batches of an epoch.</param>
/// <param name="Loss">Mean loss of this epoch so far.</param>
/// <param name="Validation">The monitor at the end of the last epoch; null before, or without a validation part.</param>
/// <param name="Best">The monitor's best so far.</param>
/// <param name="Rate">Learning rate.</param>
/// <param name="Left">Time until the last epoch at this pace; early stopping may end it sooner.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double? Validation, double? Best, double Rate, TimeSpan Left);

/// <summary>One epoch of a learning curve.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Loss">Mean loss over the training part while it was learned from (dropout and all).</param>
/// <param name="ValidationLoss">Mean loss over the validation part at the end; null without one.</param>
/// <param name="Monitor">What early stopping watches; null without a validation part.</param>
/// <param name="Rate">Learning rate of the last step.</param>
/// <param name="GradientNorm">Length of the gradient, mean over the steps, before it is shortened.</param>
/// <param name="Seconds">How long the epoch took.</param>
/// <param name="Skipped">Batches that were left out because their loss or gradient was not finite.</param>
public sealed record EpochRecord(
    int Epoch, double Loss, double? ValidationLoss, double? Monitor, double Rate, double GradientNorm, double Seconds, int Skipped = 0);

/// <summary>What a training yields; the network then holds the best weights.</summary>
/// <param name="Curve">One record per epoch.</param>
/// <param name="BestEpoch">The epoch whose weights were kept.</param>
/// <param name="Best">The monitor of that epoch; null without a validation part.</param>
/// <param name="StoppedEarly">Whether patience ended it.</param>
public sealed record TrainingResult(IReadOnlyList<EpochRecord> Curve, int BestEpoch, double? Best, bool StoppedEarly);
