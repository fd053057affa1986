using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Softmax over the rows of a matrix. A row's result depends on that row alone.</summary>
public static unsafe class SoftmaxKernel
{
    /// <summary>y = eˣ / Σ eˣ in each row, computed from differences to the largest element so that nothing overflows.</summary>
    /// <param name="x">rows × width numbers.</param>
    /// <param name="y">As many; may be x.</param>
    /// <param name="width">Numbers in a row.</param>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y, int width) => Run(x, y, width, logarithm: false);

    /// <summary>y = x − ln Σ eˣ in each row.</summary>
    /// <inheritdoc cref="Apply"/>
    public static void ApplyLogarithm(ReadOnlySpan<float> x, Span<float> y, int width) => Run(x, y, width, logarithm: true);

    /// <summary>dx += y·(dy − Σ dy·y) in each row.</summary>
    internal static void AddSlope(ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, int width)
    {
        for (int row = 0; row < y.Length; row += width)
        {
            float dot = Sums.OfProducts(y.Slice(row, width), dy.Slice(row, width));
            for (int i = 0; i < width; i++) dx[row + i] += y[row + i] * (dy[row + i] - dot);
        }
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
        if (width == 0) return;
        fixed (float* from = x, to = y) KernelPath.Run(new RowsKernel(from, to, x.Length / width, width, logarithm));
    }

    readonly struct RowsKernel(float* x, float* y, int rows, int width, bool logarithm) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            float* sums = stackalloc float[Sums.Width];
            for (int row = 0; row < rows; row++)
            {
                float* from = x + ((nint)row * width), to = y + ((nint)row * width);
                float largest = float.NegativeInfinity;
                for (int i = 0; i < width; i++) largest = MathF.Max(largest, from[i]);

                new Span<float>(sums, Sums.Width).Clear();
                var shift = V.Fill(largest);
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    var power = Approximation.Exp(Loops<V>.LoadUpTo(from + i, here) - shift);
                    if (!logarithm) Loops<V>.StoreUpTo(power, to + i, here);
                    Sums.Add(sums, i, power, here);
                }

                float sum = Sums.Total(sums);
                if (logarithm) Shift<V>(from, to, (float)(largest + PortableLogarithm.Of(sum)));
                else Scale<V>(to, 1 / sum);
            }
        }

        void Shift<V>(float* from, float* to, float by) where V : struct, ILanes<V>
        {
            for (int i = 0; i < width; i += V.Count)
            {
                int here = Math.Min(V.Count, width - i);
                Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(from + i, here) - V.Fill(by), to + i, here);
            }
        }

        void Scale<V>(float* row, float by) where V : struct, ILanes<V>
        {
            for (int i = 0; i < width; i += V.Count)
            {
                int here = Math.Min(V.Count, width - i);
                Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(row + i, here) * V.Fill(by), row + i, here);
            }
        }
    }
}
