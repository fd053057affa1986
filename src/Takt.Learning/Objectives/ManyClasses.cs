using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Objectives;

/// <summary>Tells three or more classes apart: one output per class; cross entropy; the answers are the classes' probabilities.</summary>
/// <param name="classes">How many.</param>
/// <param name="weights">One weight per class, or null for 1 each.</param>
public sealed class ManyClasses(int classes, IReadOnlyList<float>? weights = null) : Objective
{
    readonly Tensor? _weights = weights is null ? null : Tensor.Of([.. weights], classes);

    /// <inheritdoc/>
    public override int Outputs => classes;

    /// <inheritdoc/>
    public override int Classes => classes;

    /// <inheritdoc/>
    public override bool IsWeighted => weights is not null;

    /// <inheritdoc/>
    public override float WeightOf(float target) => weights is null ? 1 : weights[(int)target];

    /// <inheritdoc/>
    public override Tensor Loss(Tensor outputs, Batch batch) => outputs.CrossEntropy(batch.Classes, _weights);

    /// <inheritdoc/>
    public override string? OutputFunction => "Softmax";

    /// <inheritdoc/>
    public override Tensor Answer(Tensor outputs) => outputs.Softmax();
}
