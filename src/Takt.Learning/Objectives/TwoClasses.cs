using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Objectives;

/// <summary>Tells two classes apart: one output, the log-odds of class 1; binary cross entropy; the answer is the probability of class 1.</summary>
/// <param name="weights">Weights of class 0 and class 1, or null for 1 each.</param>
public sealed class TwoClasses(IReadOnlyList<float>? weights = null) : Objective
{
    /// <inheritdoc/>
    public override int Outputs => 1;

    /// <inheritdoc/>
    public override int Classes => 2;

    /// <inheritdoc/>
    public override bool IsWeighted => weights is not null;

    /// <inheritdoc/>
    public override float WeightOf(float target) => weights is null ? 1 : weights[(int)target];

    /// <inheritdoc/>
    public override Tensor Loss(Tensor outputs, Batch batch) => outputs.BinaryCrossEntropyWithLogits(batch.Targets, batch.Weights);

    /// <inheritdoc/>
    public override string? OutputFunction => "Sigmoid";

    /// <inheritdoc/>
    public override Tensor Answer(Tensor outputs) => outputs.Sigmoid();
}
