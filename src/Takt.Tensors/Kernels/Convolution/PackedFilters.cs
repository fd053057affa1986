namespace Takt.Tensors.Kernels;

/// <summary>The filters of a convolution, packed once for many calls: the weights of a plan. y = f(w ∗ x + bias + addend).</summary>
/// <remarks>
/// Kernels of 3×3 a pixel apart with channels enough go Winograd's way, whose numbers differ from the plain loop's by at most 4e-6 of the sum of the absolute products; all others have the bits of <see cref="Convolution.Run"/>.
/// Which way depends on the sizes alone, never on the batch: an image has the same bits in every batch, with any number of threads and on every path.
/// Safe to use from several threads. It stays on the kernel path it was packed for. Disposing it is optional: it gives the memory to the next user at once.
/// </remarks>
public sealed unsafe class PackedFilters : IDisposable
{
    readonly ConvolutionSizes _sizes;
    readonly float[] _weight;
    readonly float[]? _bias;
    readonly bool _exact;
    readonly int _lanes = KernelPath.LaneCount;
    readonly Lock _packing = new();
    readonly Block?[] _packed = new Block?[4];   // by way
    volatile bool _disposed;

    PackedFilters(in ConvolutionSizes sizes, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, bool exact)
    {
        (_sizes, _weight, _bias, _exact) = (sizes, weight.ToArray(), bias.IsEmpty ? null : bias.ToArray(), exact);
        if (!Depthwise.Fits(sizes)) _ = Panels(WayOf(sizes));
    }

    /// <summary>How a convolution is computed.</summary>
    enum Way
    {
        Direct,
        Product,
        Squares4,
        Squares2,
    }

    /// <summary>Packs the filters of a convolution.</summary>
    /// <param name="sizes">Sizes; batch, image, stride, dilation and margins may be others in each call, but those given here find their filters ready.</param>
    /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
    /// <param name="bias">One number per output, or empty.</param>
    /// <param name="exact">Never Winograd's way: the bits of <see cref="Convolution.Run"/> for all sizes.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static PackedFilters Pack(in ConvolutionSizes sizes, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias = default, bool exact = false)
    {
        if (weight.Length != (long)sizes.Outputs * sizes.Depth || (!bias.IsEmpty && bias.Length != sizes.Outputs))
            throw new ShapeException("Convolution", $"{weight.Length} weights, {bias.Length} biases", $"{sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}], and a bias for each or none", "Check the sizes.");
        return new(sizes, weight, bias, exact);
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
        Check(sizes, sizes.ResultLength, x.Length, y.Length, addend.Length);
        Compute(sizes, x, y, activation, addend, halves: false);
    }

    /// <summary>Whether <see cref="RunHalving"/> knows such a convolution.</summary>
    public bool CanHalve(in ConvolutionSizes sizes) => !Depthwise.Fits(sizes) && WayOf(sizes) != Way.Product;

    /// <summary>The largest of every 2×2 of y, side by side, without y ever being in memory; a last row or column that is left over is dropped. The bits are those of <see cref="Run"/> and <see cref="Pooling.Max"/>.</summary>
    /// <param name="sizes">Sizes of this call, which <see cref="CanHalve"/>.</param>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="y">Shape [batch, outputs, result height / 2, result width / 2]; overwritten.</param>
    /// <param name="activation">f.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes, or the sizes the filters.</exception>
    public void RunHalving(in ConvolutionSizes sizes, ReadOnlySpan<float> x, Span<float> y, Activation activation = Activation.Identity)
    {
        Check(sizes, (sizes.Result.Height / 2) * (sizes.Result.Width / 2), x.Length, y.Length, 0);
        if (!CanHalve(sizes)) throw new ShapeException("Convolution", $"{sizes}", "a convolution that CanHalve", "Run it, and pool what it gives.");
        Compute(sizes, x, y, activation, default, halves: true);
    }

    void Compute(in ConvolutionSizes sizes, ReadOnlySpan<float> x, Span<float> y, Activation activation, ReadOnlySpan<float> addend, bool halves)
    {
        fixed (float* px = x, py = y, pb = _bias, pa = addend, pw = _weight)
        {
            var finish = new Finish(pb, pa, activation);
            if (Depthwise.Fits(sizes))
            {
                KernelPath.Run(new Depthwise(sizes, px, pw, py, finish), _lanes);
                return;
            }

            var way = WayOf(sizes);
            float* panels = Panels(way).Pointer;
            switch (way)
            {
                case Way.Squares4: KernelPath.Run(new Winograd<Winograd4>(sizes, px, panels, py, finish, halves), _lanes); break;
                case Way.Squares2: KernelPath.Run(new Winograd<Winograd2>(sizes, px, panels, py, finish, halves), _lanes); break;
                case Way.Direct: KernelPath.Run(new Direct(sizes, px, panels, py, finish, halves), _lanes); break;
                default: KernelPath.Run(new Correlation(sizes, px, panels, py, finish), _lanes); break;
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>Gives the memory back; no call may use it any more.</summary>
    public void Dispose()
    {
        lock (_packing)
        {
            if (_disposed) return;
            _disposed = true;
            foreach (var block in _packed)
                if (block is not null) BlockPool.Return(block);
        }
    }

    /// <summary>What is fastest. Squares pay from so many channels and squares on; where few large ones fit, small ones waste less.</summary>
    Way WayOf(in ConvolutionSizes sizes)
    {
        const int channels = 16, squares = 12;
        if (!_exact && sizes.Kernel == 3 && sizes.Stride == 1 && sizes.Dilation == 1 && sizes.Spread == 1 && sizes.Groups == 1 && sizes.Inputs >= channels && sizes.Outputs >= channels)
        {
            var result = sizes.Result;
            if ((result.Height + 3) / 4 * ((result.Width + 3) / 4) >= squares) return Way.Squares4;
            if ((result.Height + 1) / 2 * ((result.Width + 1) / 2) >= squares) return Way.Squares2;
        }

        return Direct.Fits(sizes) ? Way.Direct : Way.Product;
    }

    /// <summary>The filters for one way, packed when they are asked for first.</summary>
    Block Panels(Way way)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Volatile.Read(ref _packed[(int)way]) is { } ready) return ready;
        lock (_packing)
        {
            if (_packed[(int)way] is { } there) return there;
            KernelPath.Run(new PackKernel(this, way), _lanes);
            return _packed[(int)way]!;
        }
    }

    void Check(in ConvolutionSizes sizes, int result, int x, int y, int addend)
    {
        if ((sizes.Inputs, sizes.Outputs, sizes.Kernel, sizes.Groups) != (_sizes.Inputs, _sizes.Outputs, _sizes.Kernel, _sizes.Groups))
            throw new ShapeException("Convolution", $"{sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}] in {sizes.Groups} groups", $"{_sizes.Outputs} of [{_sizes.GroupInputs}, {_sizes.Kernel}] in {_sizes.Groups} groups, as packed", "Check the sizes.");
        long length = (long)sizes.Batch * sizes.Outputs * result;
        if (x != (long)sizes.Batch * sizes.Inputs * sizes.ImageLength || y != length || (addend != 0 && addend != length))
            throw new ShapeException("Convolution", $"{x} numbers in, {y} numbers out{(addend == 0 ? "" : $", {addend} to add")}", $"[{sizes.Batch}, {sizes.Inputs}, {sizes.Image}] to {sizes.Batch} · {sizes.Outputs} · {result}", "Check the sizes.");
    }

    readonly struct PackKernel(PackedFilters filters, Way way) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            var sizes = filters._sizes;
            var block = BlockPool.Rent(way switch
            {
                Way.Squares4 => WinogradFilters<Winograd4>.Length<V>(sizes),
                Way.Squares2 => WinogradFilters<Winograd2>.Length<V>(sizes),
                Way.Direct => checked(sizes.Groups * DirectTiles<V>.Length(sizes.GroupOutputs, sizes.Depth)),
                _ => sizes.Groups * FilterPanels<V>.Length(sizes.GroupOutputs, sizes.Depth),
            });
            fixed (float* weight = filters._weight)
                switch (way)
                {
                    case Way.Squares4: WinogradFilters<Winograd4>.Pack<V>(sizes, weight, block.Pointer); break;
                    case Way.Squares2: WinogradFilters<Winograd2>.Pack<V>(sizes, weight, block.Pointer); break;
                    case Way.Direct: DirectTiles<V>.Pack(sizes, weight, block.Pointer); break;
                    default: FilterPanels<V>.Pack(sizes, weight, block.Pointer); break;
                }

            Volatile.Write(ref filters._packed[(int)way], block);
        }
    }
}
