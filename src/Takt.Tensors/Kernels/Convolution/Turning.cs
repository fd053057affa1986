namespace Takt.Tensors.Kernels;

/// <summary>Weights for the way back of a convolution.</summary>
static class Turning
{
    /// <summary>turned[g, c, o, u, v] = w[g, o, c, U − 1 − u, V − 1 − v]: the kernel turned by 180°, inputs and outputs of each group exchanged.</summary>
    /// <param name="sizes">Sizes of the convolution that w belongs to.</param>
    /// <param name="weight">w, shape [outputs, inputs of a group, kernel].</param>
    /// <param name="turned">As many numbers.</param>
    public static void Turn(in ConvolutionSizes sizes, ReadOnlySpan<float> weight, Span<float> turned)
    {
        int outputs = sizes.GroupOutputs, inputs = sizes.GroupInputs, taps = sizes.Kernel.Height * sizes.Kernel.Width;
        for (int group = 0; group < sizes.Groups; group++)
            for (int o = 0; o < outputs; o++)
                for (int c = 0; c < inputs; c++)
                {
                    var target = turned.Slice(((((group * inputs) + c) * outputs) + o) * taps, taps);
                    weight.Slice(((((group * outputs) + o) * inputs) + c) * taps, taps).CopyTo(target);
                    target.Reverse();
                }
    }
}
