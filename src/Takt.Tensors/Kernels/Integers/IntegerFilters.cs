using System.Numerics;
using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Convolutions of images of bytes, summed in 32 bits: ConvInteger, and the sums within QLinearConv. What lies outside the image is the zero point of the image, so that it adds nothing.</summary>
/// <remarks>The windows of some rows at a time are widened to 16 bits, less their zero point, and multiplied by the filters: exact on every path.</remarks>
public sealed unsafe class IntegerFilters
{
    /// <summary>Windows widened at a time.</summary>
    const int BlockWindows = 48;

    readonly ConvolutionSizes _sizes;
    readonly PackedIntegers[] _groups;

    IntegerFilters(in ConvolutionSizes sizes, PackedIntegers[] groups) => (_sizes, _groups) = (sizes, groups);

    /// <summary>Packs the filters of a convolution.</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <param name="sizes">Sizes; batch, image, stride, dilation and margins may be others in each call.</param>
    /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
    /// <param name="zeroPoints">One for each output, one for all, or none: 0.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static IntegerFilters Pack<T>(in ConvolutionSizes sizes, ReadOnlySpan<T> weight, ReadOnlySpan<T> zeroPoints = default) where T : unmanaged, IBinaryInteger<T>
    {
        if (weight.Length != (long)sizes.Outputs * sizes.Depth || (zeroPoints.Length > 1 && zeroPoints.Length != sizes.Outputs))
            throw new ShapeException("Integer convolution", $"{weight.Length} weights, {zeroPoints.Length} zero points", $"{sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}], and a zero point for each, one for all or none", "Check the sizes.");
        var groups = new PackedIntegers[sizes.Groups];
        int outputs = sizes.GroupOutputs;
        for (int group = 0; group < groups.Length; group++)
            groups[group] = PackedIntegers.Pack(weight.Slice(group * outputs * sizes.Depth, outputs * sizes.Depth), sizes.Depth, outputs, zeroPoints.Length > 1 ? zeroPoints.Slice(group * outputs, outputs) : zeroPoints, transposed: true);
        return new(sizes, groups);
    }

    /// <summary>y = (w − zero points) ∗ (x − zero point).</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <param name="sizes">Sizes of this call; channels, groups and kernel are those it was packed for.</param>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="zeroPoint">Of x, and of its margins.</param>
    /// <param name="y">Shape [batch, outputs, result height, result width]; overwritten.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes, or the sizes the filters.</exception>
    public void Run<T>(in ConvolutionSizes sizes, ReadOnlySpan<T> x, T zeroPoint, Span<int> y) where T : unmanaged, IBinaryInteger<T>
    {
        if ((sizes.Inputs, sizes.Outputs, sizes.Kernel, sizes.Groups) != (_sizes.Inputs, _sizes.Outputs, _sizes.Kernel, _sizes.Groups)
            || x.Length != (long)sizes.Batch * sizes.Inputs * sizes.ImageLength || y.Length != (long)sizes.Batch * sizes.Outputs * sizes.ResultLength)
            throw new ShapeException("Integer convolution", $"{x.Length} numbers in, {y.Length} out, {sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}] in {sizes.Groups} groups",
                $"[{sizes.Batch}, {sizes.Inputs}, {sizes.Image}] to [{sizes.Batch}, {sizes.Outputs}, {sizes.Result}] and the filters that were packed", "Check the sizes.");
        if (y.IsEmpty) return;
        int blocks = (sizes.ResultLength + BlockWindows - 1) / BlockWindows, parts = sizes.Batch * sizes.Groups * blocks;
        fixed (T* px = x)
        fixed (int* py = y)
        {
            var share = new Share<T>(sizes, _groups, px, int.CreateTruncating(zeroPoint), py, blocks);
            if (sizes.Work < IntegerGemm.WorthSharing)
                for (int part = 0; part < parts; part++) share.Run(part);
            else Workers.Run(parts, ref share);
        }
    }

    /// <summary>Some windows of one image's group.</summary>
    readonly struct Share<T>(ConvolutionSizes sizes, PackedIntegers[] filters, T* x, int zeroPoint, int* y, int blocks) : IWork where T : unmanaged, IBinaryInteger<T>
    {
        public void Run(int part)
        {
            int block = part % blocks, group = part / blocks % sizes.Groups, image = part / blocks / sizes.Groups;
            int first = block * BlockWindows, count = Math.Min(BlockWindows, sizes.ResultLength - first), outputs = sizes.GroupOutputs, pairs = filters[group].Pairs;
            var pixels = BlockPool.Rent(count * pairs);
            var sums = BlockPool.Rent(count * outputs);
            Gather(x + ((((nint)image * sizes.Inputs) + (group * sizes.GroupInputs)) * sizes.ImageLength), first, count, (short*)pixels.Pointer, 2 * pairs);
            IntegerGemm.Multiply((int*)pixels.Pointer, count, filters[group], (int*)sums.Pointer);
            int* target = y + ((((nint)image * sizes.Outputs) + (group * outputs)) * sizes.ResultLength) + first;
            for (int output = 0; output < outputs; output++, target += sizes.ResultLength)
                for (int window = 0; window < count; window++) target[window] = ((int*)sums.Pointer)[(window * outputs) + output];
            BlockPool.Return(sums);
            BlockPool.Return(pixels);
        }

        /// <summary>The pixels that windows see, one window after the other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Gather(T* image, int first, int count, short* target, int row)
        {
            Extent result = sizes.Result, kernel = sizes.Kernel, dilation = sizes.Dilation;
            for (int window = 0; window < count; window++, target += row)
            {
                int top = ((first + window) / result.Width * sizes.Stride.Height) - sizes.Before.Height, left = ((first + window) % result.Width * sizes.Stride.Width) - sizes.Before.Width;
                bool whole = dilation.Width == 1 && left >= 0 && left + kernel.Width <= sizes.Image.Width;   // no column falls beside the image
                short* next = target;
                for (int channel = 0; channel < sizes.GroupInputs; channel++)
                {
                    T* pixels = image + ((nint)channel * sizes.ImageLength);
                    for (int u = 0; u < kernel.Height; u++)
                    {
                        int down = top + (u * dilation.Height);
                        T* line = pixels + ((nint)down * sizes.Image.Width);
                        bool inside = (uint)down < (uint)sizes.Image.Height;
                        if (inside && whole)
                        {
                            for (T* pixel = line + left, end = pixel + kernel.Width; pixel < end; pixel++) *next++ = (short)(int.CreateTruncating(*pixel) - zeroPoint);
                            continue;
                        }

                        for (int v = 0; v < kernel.Width; v++)
                        {
                            int right = left + (v * dilation.Width);
                            *next++ = inside && (uint)right < (uint)sizes.Image.Width ? (short)(int.CreateTruncating(line[right]) - zeroPoint) : (short)0;
                        }
                    }
                }

                if ((sizes.Depth & 1) != 0) *next = 0;
            }
        }
    }
}
