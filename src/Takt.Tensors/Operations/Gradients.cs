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

    /// <summary>Makes the gradient of a result that of an input, element by element the same; the memory goes along where the input has none yet.</summary>
    public static void HandOn(Tensor y, Tensor x)
    {
        var dy = y.Gradient!;
        if (x.IsResult && x.Gradient is null) (x.Gradient, y.Gradient) = (dy.View(x.Shape), null);
        else Add(x, dy.Values);
    }

    /// <summary>Adds the sum over all rows to the gradient of a bias, row after row.</summary>
    public static void AddRows(Tensor bias, ReadOnlySpan<float> rows)
    {
        var gradient = Begin(bias);
        Updates.AddRows(rows, gradient);
    }

    /// <summary>Adds the sum over images and pixels to the gradient of one number per channel.</summary>
    /// <param name="bias">One number per channel.</param>
    /// <param name="dy">Shape [batch, channels, pixels].</param>
    /// <param name="pixels">Numbers in a channel of one image.</param>
    public static void AddChannels(Tensor bias, ReadOnlySpan<float> dy, int pixels) => ChannelSums.Add(dy, pixels, Begin(bias));

    /// <summary>Lets a kernel that overwrites its target write the gradient of a tensor, or add to it by way of memory beside.</summary>
    public static void Compute(Tensor x, Fill kernel)
    {
        var gradient = Tape.GradientOf(x, out bool accumulate).Values;
        if (!accumulate)
        {
            kernel(gradient);
            return;
        }

        using var beside = Storage.Rent(gradient.Length);
        kernel(beside.Values);
        Updates.AddScaled(1, beside.Values, gradient);
    }

    /// <summary>Writes every number of its target.</summary>
    public delegate void Fill(Span<float> target);
}
