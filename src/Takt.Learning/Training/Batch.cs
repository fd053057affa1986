using Takt.Learning.Objectives;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>Some samples side by side, as the network takes them. Made once per size and filled again and again.</summary>
public sealed class Batch
{
    readonly int[] _classes;
    readonly Objective _objective;

    /// <summary>Room for a batch.</summary>
    /// <param name="count">How many samples.</param>
    /// <param name="shape">Shape of one.</param>
    /// <param name="objective">What weighs the samples.</param>
    public Batch(int count, Shape shape, Objective objective)
    {
        Inputs = Tensor.Zeros([count, .. shape.Sizes]);
        Targets = Tensor.Zeros(count, 1);
        Weights = objective.IsWeighted ? Tensor.Ones(count, 1) : null;
        _classes = new int[count];
        _objective = objective;
    }

    /// <summary>Shape [batch, features] or [batch, steps, features].</summary>
    public Tensor Inputs { get; }

    /// <summary>Shape [batch, 1].</summary>
    public Tensor Targets { get; }

    /// <summary>The targets as whole numbers, for classes.</summary>
    public ReadOnlyMemory<int> Classes => _classes;

    /// <summary>Weight of each sample, shape [batch, 1]; null where all weigh the same.</summary>
    public Tensor? Weights { get; }

    /// <summary>What the whole batch weighs in a mean over batches.</summary>
    public double Weight { get; private set; }

    /// <summary>Copies samples in.</summary>
    /// <param name="samples">Where from.</param>
    /// <param name="rows">Which, as many as the batch has room for.</param>
    /// <exception cref="InputException">A target is to name a class and is no whole number.</exception>
    public void Fill(Samples samples, ReadOnlySpan<int> rows)
    {
        int width = samples.Shape.Length;
        Span<float> inputs = Inputs.Values, targets = Targets.Values, weights = Weights is null ? [] : Weights.Values;
        Weight = Weights is null ? rows.Length : 0;
        for (int i = 0; i < rows.Length; i++)
        {
            samples.Features.AsSpan(rows[i] * width, width).CopyTo(inputs.Slice(i * width, width));
            float target = targets[i] = samples.Targets[rows[i]];
            if (_objective.Classes > 0 && !float.IsInteger(target))
                throw new InputException($"the target of sample {rows[i]} is {target}", $"a class, a whole number from 0 to {_objective.Classes - 1}", "Give the sample its class, or leave it out.");
            _classes[i] = (int)target;
            if (Weights is not null) Weight += weights[i] = _objective.WeightOf(target);
        }
    }
}
