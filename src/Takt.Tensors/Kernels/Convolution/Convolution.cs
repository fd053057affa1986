namespace Takt.Tensors.Kernels;

/// <summary>Convolutions of images (channel by channel, row by row) and of sequences, which are images of height 1.</summary>
/// <remarks>
/// LAW: a number of y starts at 0 or at its bias and adds w[o, c, u, v] · pixel channel by channel, row by row of the kernel, each rounded once (fused multiply-add); a pixel
/// outside the image is 0. So its bits depend on its own window alone: not on the other images, the threads or the instruction set.
/// </remarks>
public static unsafe class Convolution
{
    /// <summary>Below so many multiply-adds (10 to 20 µs on one core) calling another thread brings little, and costs where the other core is busy.</summary>
    internal const long WorthSharing = 1_000_000;

    /// <summary>y = f(w ∗ x + bias).</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
    /// <param name="bias">One number per output, or empty.</param>
    /// <param name="y">Shape [batch, outputs, result height, result width]; overwritten.</param>
    /// <param name="activation">f, applied while the result is still in cache.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static void Run(in ConvolutionSizes sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y, Activation activation = Activation.Identity)
    {
        Check(sizes, x.Length, weight.Length, bias.Length, y.Length);
        if (sizes.Depth == 0)
        {
            BiasAlone(sizes, bias, y, activation);
            return;
        }

        fixed (float* px = x, pw = weight, pb = bias, py = y)
        {
            var finish = new Finish(pb, null, activation);
            if (Depthwise.Fits(sizes)) KernelPath.Run(new Depthwise(sizes, px, pw, py, finish));
            else if (Direct.Fits(sizes)) KernelPath.Run(new PackingDirect(sizes, px, pw, py, finish));
            else KernelPath.Run(new Packing(sizes, px, pw, py, finish));
        }
    }

    /// <summary>The way back, from dy to dx, which is also the transposed convolution: x = wᵀ ∗ y (+ bias per channel of x).</summary>
    /// <param name="sizes">Sizes of the convolution from x to y.</param>
    /// <param name="y">Shape [batch, outputs, result height, result width].</param>
    /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
    /// <param name="bias">One number per input, or empty.</param>
    /// <param name="x">Shape [batch, inputs, height, width]; overwritten.</param>
    /// <param name="activation">f, applied while the result is still in cache.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static void RunBack(in ConvolutionSizes sizes, ReadOnlySpan<float> y, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> x, Activation activation = Activation.Identity)
    {
        using var turned = new Scratch(weight.Length);
        Turning.Turn(sizes, weight, turned.Values);
        Run(sizes.Back, y, turned.Values, bias, x, activation);
    }

    /// <summary>dw += Σ over images and windows of dy · pixel.</summary>
    internal static void AddWeightGradient(in ConvolutionSizes sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> dy, Span<float> dw)
    {
        fixed (float* px = x, pdy = dy, pdw = dw) KernelPath.Run(new WeightGradient(sizes, px, pdy, pdw));
    }

    /// <summary>Windows without a channel hold no products.</summary>
    static void BiasAlone(in ConvolutionSizes sizes, ReadOnlySpan<float> bias, Span<float> y, Activation activation)
    {
        for (int plane = 0; plane < sizes.Batch * sizes.Outputs; plane++)
            y.Slice(plane * sizes.ResultLength, sizes.ResultLength).Fill(bias.IsEmpty ? 0 : bias[plane % sizes.Outputs]);
        VectorMath.Apply(activation, y, y);
    }

    static void Check(in ConvolutionSizes sizes, int x, int weight, int bias, int y)
    {
        if (x == sizes.Batch * sizes.Inputs * sizes.ImageLength && weight == sizes.Outputs * sizes.Depth && y == sizes.Batch * sizes.Outputs * sizes.ResultLength && (bias == 0 || bias == sizes.Outputs)) return;
        throw new ShapeException("Convolution", $"{x} numbers in, {weight} weights, {bias} biases, {y} numbers out",
            $"[{sizes.Batch}, {sizes.Inputs}, {sizes.Image}] with {sizes.Outputs} kernels of [{sizes.GroupInputs}, {sizes.Kernel}] to [{sizes.Batch}, {sizes.Outputs}, {sizes.Result}]", "Check the sizes.");
    }

    /// <summary>Lays the filters out for this one call.</summary>
    readonly struct PackingDirect(ConvolutionSizes sizes, float* x, float* weight, float* y, Finish finish) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            var panels = BlockPool.Rent(checked(sizes.Groups * DirectTiles<V>.Length(sizes.GroupOutputs, sizes.Depth)));
            DirectTiles<V>.Pack(sizes, weight, panels.Pointer);
            new Direct(sizes, x, panels.Pointer, y, finish).Run<V>();
            BlockPool.Return(panels);
        }
    }

    /// <summary>Packs the filters for this one call.</summary>
    readonly struct Packing(ConvolutionSizes sizes, float* x, float* weight, float* y, Finish finish) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            var panels = BlockPool.Rent(sizes.Groups * FilterPanels<V>.Length(sizes.GroupOutputs, sizes.Depth));
            FilterPanels<V>.Pack(sizes, weight, panels.Pointer);
            new Correlation(sizes, x, panels.Pointer, y, finish).Run<V>();
            BlockPool.Return(panels);
        }
    }
}
