using System.Diagnostics.CodeAnalysis;
using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>How a network is run: in training with a source of chance, which dropout draws from; in evaluation without any.</summary>
public readonly struct Mode
{
    Mode(Generator random) => Random = random;

    /// <summary>The same answer for the same input, every time: validation, tracing, serving.</summary>
    public static Mode Evaluation => default;

    /// <summary>Training.</summary>
    /// <param name="random">What dropout draws from.</param>
    public static Mode Training(Generator random) => new(random);

    /// <summary>What dropout draws from; null in evaluation.</summary>
    public Generator? Random { get; }

    /// <summary>Whether this is training.</summary>
    [MemberNotNullWhen(true, nameof(Random))]
    public bool IsTraining => Random is not null;
}
