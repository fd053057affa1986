using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Small steps that several derivatives share.</summary>
static class Gradients
{
    /// <summary>The gradient of a tensor, ready to be added to: zeros where nothing is there yet.</summary>
    public static Span<float> Begin(Tensor x)
    {
        var gradient = Tape.GradientOf(x, out bool accumulate).Values;
        if (!accumulate) gradient.Clear();
        return gradient;
    }

    /// <summary>Adds numbers to the gradient of a tensor.</summary>
    public static void Add(Tensor x, ReadOnlySpan<float> numbers)
    {
        var gradient = Tape.GradientOf(x, out bool accumulate).Values;
        if (accumulate) Updates.AddScaled(1, numbers, gradient);
        else numbers.CopyTo(gradient);
    }

    /// <summary>Adds the sum over all rows to the gradient of a bias, row after row.</summary>
    public static void AddRows(Tensor bias, ReadOnlySpan<float> rows)
    {
        var gradient = Begin(bias);
        Updates.AddRows(rows, gradient);
    }
}
