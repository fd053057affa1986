using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>What a network learns from or is measured on, in memory.</summary>
public sealed class Samples
{
    /// <summary>Takes features and targets over without copying.</summary>
    /// <param name="features">Sample after sample.</param>
    /// <param name="shape">Shape of one sample: [features], or [steps, features] for windows.</param>
    /// <param name="targets">One per sample: the class as a number from 0, or the coded number.</param>
    /// <exception cref="InputException">The numbers of features and targets do not fit.</exception>
    public Samples(float[] features, Shape shape, float[] targets)
    {
        if (features.LongLength != (long)targets.Length * shape.Length)
            throw new InputException($"{features.Length} features for {targets.Length} samples of shape {shape}", $"{(long)targets.Length * shape.Length}");
        (Features, Shape, Targets) = (features, shape, targets);
    }

    /// <summary>Sample after sample.</summary>
    public float[] Features { get; }

    /// <summary>Shape of one sample.</summary>
    public Shape Shape { get; }

    /// <summary>One per sample.</summary>
    public float[] Targets { get; }

    /// <summary>How many samples there are.</summary>
    public int Count => Targets.Length;
}
