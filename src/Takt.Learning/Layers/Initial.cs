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
}
