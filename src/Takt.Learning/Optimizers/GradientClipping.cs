using Takt.Learning.Layers;

namespace Takt.Learning.Optimizers;

/// <summary>Keeps single numbers of a gradient within a limit, as torch.nn.utils.clip_grad_value_; for its length see <see cref="GradientNorm"/>.</summary>
public static class GradientClipping
{
    /// <summary>Every number of every gradient to at least −limit and at most limit. Not a number stays so.</summary>
    public static void ByValue(IReadOnlyList<Parameter> parameters, double limit)
    {
        float bound = (float)limit;
        for (int i = 0; i < parameters.Count; i++)
            if (parameters[i].Value.Gradient is { } gradient)
                foreach (ref float value in gradient.Values) value = value > bound ? bound : value < -bound ? -bound : value;
    }
}
