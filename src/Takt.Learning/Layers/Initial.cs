using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Starting weights.</summary>
static class Initial
{
    /// <summary>Uniform in ±1/√<paramref name="fanIn"/>: the variance of a unit's sum is then a third of its inputs', however many there are.</summary>
    public static Tensor Uniform(Shape shape, int fanIn, Generator random)
    {
        var weights = Tensor.Uniform(shape, 1 / MathF.Sqrt(fanIn), random);
        weights.RequiresGradient = true;
        return weights;
    }

    /// <summary>The same number everywhere: 1 for scales, 0 for shifts.</summary>
    public static Tensor Constant(int count, float value)
    {
        var weights = Tensor.Full([count], value);
        weights.RequiresGradient = true;
        return weights;
    }

    /// <summary>A weight and, if there is one, a bias, under PyTorch's names.</summary>
    public static IReadOnlyList<Parameter> Named(Tensor weight, Tensor? bias) => bias is null ? [new("weight", weight)] : [new("weight", weight), new("bias", bias)];
}
