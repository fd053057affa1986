namespace Takt.Tensors.Kernels;

/// <summary>The filters of a convolution, packed once for many calls: the weights of a plan. y = f(w ∗ x + bias + addend).</summary>
/// <remarks>
/// Immutable and safe to use from several threads. It stays on the kernel path it was packed for. A row of the batch has the same bits in every batch, with any number of threads and on every path.
/// Disposing it is optional: it gives the memory to the next user at once.
/// </remarks>
public sealed unsafe class PackedFilters : IDisposable
{
    readonly ConvolutionSizes _sizes;
    readonly float[]? _bias;
    readonly int _lanes;
    Block? _panels;

    PackedFilters(in ConvolutionSizes sizes, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        (_sizes, _lanes, _bias) = (sizes, KernelPath.LaneCount, bias.IsEmpty ? null : bias.ToArray());
        fixed (float* w = weight)
        {
            if (Depthwise.Fits(sizes))
            {
                _panels = BlockPool.Rent(weight.Length);
                weight.CopyTo(_panels.Values(weight.Length));
            }
            else
            {
                KernelPath.Run(new PackKernel(this, w), _lanes);
            }
        }
    }

    /// <summary>Packs the filters of a convolution.</summary>
    /// <param name="sizes">Sizes; batch, image, stride, dilation and margins may be others in each call.</param>
    /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
    /// <param name="bias">One number per output, or empty.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static PackedFilters Pack(in ConvolutionSizes sizes, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias = default)
    {
        if (weight.Length != (long)sizes.Outputs * sizes.Depth || (!bias.IsEmpty && bias.Length != sizes.Outputs))
            throw new ShapeException("Convolution", $"{weight.Length} weights, {bias.Length} biases", $"{sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}], and a bias for each or none", "Check the sizes.");
        return new(sizes, weight, bias);
    }

    /// <summary>Computes y.</summary>
    /// <param name="sizes">Sizes of this call; channels, groups and kernel are those it was packed for.</param>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="y">Shape [batch, outputs, result height, result width]; overwritten.</param>
    /// <param name="activation">f, applied while the result is still in cache.</param>
    /// <param name="addend">As many numbers as y, added before f, or empty: the other branch of a residual block. It must not overlap y.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes, or the sizes the filters.</exception>
    public void Run(in ConvolutionSizes sizes, ReadOnlySpan<float> x, Span<float> y, Activation activation = Activation.Identity, ReadOnlySpan<float> addend = default)
    {
        if ((sizes.Inputs, sizes.Outputs, sizes.Kernel, sizes.Groups) != (_sizes.Inputs, _sizes.Outputs, _sizes.Kernel, _sizes.Groups))
            throw new ShapeException("Convolution", $"{sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}] in {sizes.Groups} groups", $"{_sizes.Outputs} of [{_sizes.GroupInputs}, {_sizes.Kernel}] in {_sizes.Groups} groups, as packed", "Check the sizes.");
        long length = (long)sizes.Batch * sizes.Outputs * sizes.ResultLength;
        if (x.Length != (long)sizes.Batch * sizes.Inputs * sizes.ImageLength || y.Length != length || (!addend.IsEmpty && addend.Length != length))
            throw new ShapeException("Convolution", $"{x.Length} numbers in, {y.Length} numbers out{(addend.IsEmpty ? "" : $", {addend.Length} to add")}", $"[{sizes.Batch}, {sizes.Inputs}, {sizes.Image}] to [{sizes.Batch}, {sizes.Outputs}, {sizes.Result}]", "Check the sizes.");
        var panels = _panels ?? throw new ObjectDisposedException(nameof(PackedFilters));
        fixed (float* px = x, py = y, pb = _bias, pa = addend)
        {
            var finish = new Finish(pb, pa, activation);
            if (Depthwise.Fits(sizes)) KernelPath.Run(new Depthwise(sizes, px, panels.Pointer, py, finish), _lanes);
            else KernelPath.Run(new Correlation(sizes, px, panels.Pointer, py, finish), _lanes);
        }

        GC.KeepAlive(this);
    }

    /// <summary>Gives the memory back; no call may use it any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _panels, null) is { } block) BlockPool.Return(block);
    }

    readonly struct PackKernel(PackedFilters filters, float* weight) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            var block = filters._panels = BlockPool.Rent(FilterPanels<V>.Length(filters._sizes));
            FilterPanels<V>.Pack(filters._sizes, weight, block.Pointer);
        }
    }
}
