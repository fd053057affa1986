using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Softmax over the rows of a matrix. A row's result depends on that row alone.</summary>
public static unsafe class SoftmaxKernel
{
    /// <summary>y = eˣ / Σ eˣ in each row, computed from differences to the largest element so that nothing overflows.</summary>
    /// <param name="x">rows × width numbers.</param>
    /// <param name="y">As many; may be x.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <exception cref="ShapeException">x is not a number of whole rows, or y is shorter.</exception>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y, int width) => Run(x, y, width, logarithm: false);

    /// <summary>y = x − ln Σ eˣ in each row.</summary>
    /// <inheritdoc cref="Apply"/>
    public static void ApplyLogarithm(ReadOnlySpan<float> x, Span<float> y, int width) => Run(x, y, width, logarithm: true);

    /// <summary>dx += y·(dy − Σ dy·y) in each row.</summary>
    internal static void AddSlope(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int width)
    {
        fixed (float* py = y, pdy = dy, pdx = dx) KernelPath.RunSixteen(new SlopeKernel(py, pdy, pdx, y.Length, width));
    }

    /// <summary>dx += dy − eʸ·Σ dy in each row.</summary>
    internal static void AddLogarithmSlope(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int width)
    {
        using var room = new Scratch(width);
        var probabilities = room.Values;
        for (int row = 0; row < y.Length; row += width)
        {
            float sum = Sums.Of(dy.Slice(row, width));
            VectorMath.Exp(y.Slice(row, width), probabilities);
            for (int i = 0; i < width; i++) dx[row + i] += dy[row + i] - (probabilities[i] * sum);
        }
    }

    static void Run(ReadOnlySpan<float> x, Span<float> y, int width, bool logarithm)
    {
        if (y.Length < x.Length || width < 0 || (width == 0 ? x.Length : x.Length % width) != 0)
            throw new ShapeException(logarithm ? "LogSoftmax" : "Softmax", $"{x.Length} numbers in rows of {width}, room for {y.Length}", "whole rows, and room for as many numbers", "Check the width.");
        if (width == 0) return;
        fixed (float* from = x, to = y) KernelPath.RunSixteen(new RowsKernel(from, to, x.Length / width, width, logarithm));
    }

    readonly struct RowsKernel(float* x, float* y, int rows, int width, bool logarithm) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<W>() where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Sums.Width];
            for (int row = 0; row < rows; row++)
            {
                float* from = x + ((nint)row * width), to = y + ((nint)row * width);
                float largest = SoftmaxRow<W>.Largest(from, width, room);
                if (!logarithm)
                {
                    SoftmaxRow<W>.Scale(to, width, 1 / SoftmaxRow<W>.Powers(from, to, width, largest, 1, room), room);
                    continue;
                }

                float sum = Sum<W>(from, largest, room);
                Shift<W>(from, to, (float)(largest + PortableLogarithm.Of(sum)), room);
            }
        }

        float Sum<W>(float* row, float largest, float* room) where W : struct, ILanes<W>
        {
            W shift = W.Fill(largest), sum = W.Fill(0);
            int i = 0;
            for (; i <= width - Sums.Width; i += Sums.Width) sum += Approximation.ExpBelow0(W.Load(row + i) - shift);
            if (i < width) sum += Approximation.ExpBelow0(Loops<W>.Load(row + i, width - i, float.NegativeInfinity, room) - shift);
            return Sums.Total(sum, room);
        }

        void Shift<W>(float* from, float* to, float by, float* room) where W : struct, ILanes<W>
        {
            int i = 0;
            for (; i <= width - Sums.Width; i += Sums.Width) (W.Load(from + i) - W.Fill(by)).Store(to + i);
            if (i < width) Loops<W>.Store(Loops<W>.Load(from + i, width - i, 0, room) - W.Fill(by), to + i, width - i, room);
        }
    }

    readonly struct SlopeKernel(float* y, float* dy, float* dx, int length, int width) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<W>() where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Sums.Width];
            for (int row = 0; row < length; row += width) SoftmaxRow<W>.Slope(y + row, dy + row, dx + row, width, 1, accumulate: true, room);
        }
    }
}
