using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>dw[o, k] += Σ over images and windows of dy[o, window] · pixel[k, window], as the product pixels · dyᵀ: the rows of pixels are copied from the image block by block.</summary>
/// <remarks>LAW: the images fall into <see cref="Bundles"/> neighbouring bundles, a number that the sizes decide and not the threads. Within a bundle the products are added
/// window after window, image after image, each rounded once; then the bundles are added in order.</remarks>
readonly unsafe struct WeightGradient : IKernel
{
    /// <summary>Windows in a block: the block of dyᵀ (256 × 32 floats, 32 KiB) stays in the first-level cache.</summary>
    const int BlockWindows = 256;

    /// <summary>Taps in a block: 240 × 256 floats (240 KiB) of pixels stay in the second-level cache; a multiple of every tile height.</summary>
    const int BlockTaps = 240;

    /// <summary>One line of the cache between the rows of a block, so that they do not share sets.</summary>
    const int Line = 16;

    /// <summary>Bundles are summed on their own where all their sums together are no more than so many floats (1 MiB).</summary>
    const int SumsThatStay = 1 << 18;

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _dy, _dw;

    public WeightGradient(in ConvolutionSizes sizes, float* x, float* dy, float* dw)
    {
        _sizes = sizes;
        _x = x;
        _dy = dy;
        _dw = dw;
    }

    /// <summary>How many bundles the images fall into: enough for any number of workers, as long as their sums stay in cache.</summary>
    public static int Bundles(in ConvolutionSizes sizes) => Math.Clamp(SumsThatStay / Math.Max(1, sizes.Outputs * sizes.Depth), 1, Math.Max(1, Math.Min(8, sizes.Batch)));

    public void Run<V>() where V : struct, ILanes<V>
    {
        if (_sizes.ResultLength == 0 || _sizes.Batch == 0 || _sizes.Outputs == 0) return;
        int bundles = Bundles(_sizes), panels = Packing<V>.PanelCount(_sizes.GroupOutputs), width = Tiles<V>.Width;
        int splits = _sizes.Work < Convolution.WorthSharing || Workers.Count == 1 ? 1 : Math.Clamp(2 * Workers.Count / (bundles * _sizes.Groups), 1, panels);
        int length = _sizes.Groups * _sizes.Depth * panels * width;
        var sums = BlockPool.Rent(bundles * length);
        new Span<float>(sums.Pointer, bundles * length).Clear();
        var taps = new Taps(_sizes);
        var share = new Share<V>(this, taps.Offsets, sums.Pointer, bundles, panels, splits);
        int parts = bundles * _sizes.Groups * splits;
        if (_sizes.Work < Convolution.WorthSharing)
            for (int part = 0; part < parts; part++) share.Run(part);
        else Workers.Run(parts, ref share);
        taps.Return();
        Collect(sums.Pointer, bundles, length, panels * width);
        BlockPool.Return(sums);
    }

    /// <summary>dw[o, k] += Σ over bundles of sums[bundle, group, k, o].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Collect(float* sums, int bundles, int length, int row)
    {
        int depth = _sizes.Depth, outputs = _sizes.GroupOutputs;
        for (int group = 0; group < _sizes.Groups; group++)
            for (int o = 0; o < outputs; o++)
            {
                float* target = _dw + ((nint)((group * outputs) + o) * depth);
                for (int k = 0; k < depth; k++)
                {
                    float* source = sums + ((nint)((group * depth) + k) * row) + o;
                    float sum = source[0];
                    for (int bundle = 1; bundle < bundles; bundle++) sum += source[(nint)bundle * length];
                    target[k] += sum;
                }
            }
    }

    /// <summary>The images of one bundle, one group, some panels of outputs.</summary>
    readonly struct Share<V>(WeightGradient whole, int* taps, float* sums, int bundles, int panels, int splits) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            var sizes = whole._sizes;
            int split = part % splits, group = part / splits % sizes.Groups, bundle = part / splits / sizes.Groups;
            int left = panels * split / splits, right = panels * (split + 1) / splits, width = Tiles<V>.Width;
            float* target = sums + ((nint)((bundle * sizes.Groups) + group) * sizes.Depth * panels * width);
            var pixels = BlockPool.Rent(Math.Min(BlockTaps, sizes.Depth) * (BlockWindows + Line));
            var gradients = BlockPool.Rent((right - left) * BlockWindows * width);
            int last = sizes.Batch * (bundle + 1) / bundles;
            for (int image = sizes.Batch * bundle / bundles; image < last; image++)
            {
                var canvas = Canvas.Paint(sizes, whole._x + ((((nint)image * sizes.Inputs) + (group * sizes.GroupInputs)) * sizes.ImageLength));
                float* dy = whole._dy + ((((nint)image * sizes.Outputs) + (group * sizes.GroupOutputs)) * sizes.ResultLength);
                for (int window = 0; window < sizes.ResultLength; window += BlockWindows)
                    Block(window, Math.Min(BlockWindows, sizes.ResultLength - window), left, right, canvas.Pixels, dy, pixels.Pointer, gradients.Pointer, target);
                canvas.Return();
            }

            BlockPool.Return(gradients);
            BlockPool.Return(pixels);
        }

        void Block(int window, int count, int left, int right, float* canvas, float* dy, float* pixels, float* gradients, float* target)
        {
            int width = Tiles<V>.Width, depth = whole._sizes.Depth, outputs = whole._sizes.GroupOutputs, length = whole._sizes.ResultLength, row = panels * width;
            for (int panel = left; panel < right; panel++)
                Packing<V>.Panel(dy + ((nint)panel * width * length) + window, 1, length, count, Math.Min(width, outputs - (panel * width)), gradients + ((panel - left) * BlockWindows * width));
            for (int top = 0; top < depth; top += BlockTaps)
            {
                int height = Math.Min(BlockTaps, depth - top);
                Copy(window, count, canvas, taps + top, height, pixels);
                for (int panel = left; panel < right; panel++)
                {
                    float* sum = target + ((nint)top * row) + (panel * width);
                    Tiles<V>.Run(height, pixels, BlockWindows + Line, 1, gradients + ((panel - left) * BlockWindows * width), width, sum, row, sum, row, count);
                }
            }
        }

        /// <summary>The pixels that some taps see through some windows: a row per tap.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Copy(int window, int count, float* canvas, int* taps, int height, float* target)
        {
            int resultWidth = whole._sizes.Result.Width, pitch = whole._sizes.Plane.Width;
            for (int at = 0; at < count;)
            {
                int row = (window + at) / resultWidth, column = (window + at) % resultWidth, here = Math.Min(count - at, resultWidth - column);
                float* line = canvas + ((nint)row * pitch) + column, to = target + at;
                for (int k = 0; k < height; k++, to += BlockWindows + Line) new ReadOnlySpan<float>(line + taps[k], here).CopyTo(new Span<float>(to, here));
                at += here;
            }
        }
    }
}
