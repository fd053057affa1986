using Takt.Learning.Layers;
using Takt.Tensors.Kernels;

namespace Takt.Learning.Optimizers;

/// <summary>The length of the gradient over all parameters together: what clipping looks at, and the quickest way to see that a number went astray.</summary>
public static class GradientNorm
{
    /// <summary>√Σg² over all weights; not finite as soon as one gradient is not.</summary>
    public static double Of(IReadOnlyList<Parameter> parameters)
    {
        double sum = 0;
        for (int i = 0; i < parameters.Count; i++)
            if (parameters[i].Value.Gradient is { } gradient)
                sum += Updates.SumOfSquares(gradient.Values);
        return Math.Sqrt(sum);
    }

    /// <summary>The factor that shortens a gradient of length <paramref name="norm"/> to at most <paramref name="limit"/> (Pascanu et al. 2013); 1 where it is short enough or the limit is 0.</summary>
    public static float ClipFactor(double norm, double limit) => limit > 0 && norm > limit ? (float)(limit / norm) : 1;
}
