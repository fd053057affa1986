namespace Takt.Tensors;

/// <summary>Small steps that several derivatives share.</summary>
static class Gradients
{
    /// <summary>Adds numbers to the gradient of a tensor, if it wants one.</summary>
    public static void Add(Tensor x, ReadOnlySpan<float> numbers)
    {
        if (!x.RequiresGradient) return;
        var target = Tape.GradientOf(x, out bool accumulate).Values;
        if (accumulate) System.Numerics.Tensors.TensorPrimitives.Add(target, numbers, target);
        else numbers.CopyTo(target);
    }
}
