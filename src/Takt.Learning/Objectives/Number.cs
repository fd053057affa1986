using System.Diagnostics;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Objectives;

/// <summary>Predicts a number, as the target coding has it (standardised); one output, which is the answer.</summary>
/// <param name="loss">Squared (also for auto), absolute or Huber, which changes from the one to the other at one standard deviation of the target.</param>
public sealed class Number(LossKind loss) : Objective
{
    /// <inheritdoc/>
    public override int Outputs => 1;

    /// <inheritdoc/>
    public override Tensor Loss(Tensor outputs, Batch batch) => loss switch
    {
        LossKind.Auto or LossKind.Squared => outputs.MeanSquaredError(batch.Targets),
        LossKind.Absolute => outputs.MeanAbsoluteError(batch.Targets),
        LossKind.Huber => outputs.Huber(batch.Targets, delta: 1),
        _ => throw new UnreachableException(),
    };

    /// <inheritdoc/>
    public override Tensor Answer(Tensor outputs) => outputs;
}
