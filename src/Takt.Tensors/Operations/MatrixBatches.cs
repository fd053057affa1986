using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors;

/// <summary>Products of batches of matrices: [..., m, k] · [..., k, n], leading axes broadcast.</summary>
static class MatrixBatches
{
    /// <summary>y = x·w in every batch; dx = dy·wᵀ and dw = xᵀ·dy, summed over the batches that share a matrix, one after the other.</summary>
    public static Tensor Multiply(Tensor x, Tensor w)
    {
        var batches = new Broadcasting("MatMul", x.Shape[..^2], w.Shape[..^2]);
        var (m, k, n) = (x.Shape[^2], x.Shape[^1], w.Shape[^1]);
        var y = Tape.Allocate([.. batches.Shape.Sizes, m, n]);
        var forward = new Batches(batches, Target.Y, x.Values, w.Values, y.Values, m, k, n, accumulate: false);
        Workers.Run(forward.Parts, ref forward);
        return Tape.Record("MatMul", [x, w], y, dy =>
        {
            if (x.RequiresGradient)
            {
                var left = new Batches(batches, Target.X, Gradients.Begin(x), w.Values, dy.Values, m, k, n, accumulate: true);
                Workers.Run(left.Parts, ref left);
            }

            if (w.RequiresGradient)
            {
                var right = new Batches(batches, Target.W, x.Values, Gradients.Begin(w), dy.Values, m, k, n, accumulate: true);
                Workers.Run(right.Parts, ref right);
            }
        });
    }

    /// <summary>Which of the three matrices is computed from the other two.</summary>
    enum Target
    {
        Y,
        X,
        W,
    }

    /// <summary>One product per batch; batches that write to the same matrix are left to one thread.</summary>
    readonly ref struct Batches(Broadcasting batches, Target target, Span<float> x, Span<float> w, Span<float> y, int m, int k, int n, bool accumulate) : IWork
    {
        readonly Broadcasting _batches = batches;
        readonly Span<float> _x = x, _w = w, _y = y;

        int Count => _batches.RowCount * _batches.RowLength;

        bool IsShared => target switch
        {
            Target.X => _x.Length < (long)Count * m * k,
            Target.W => _w.Length < (long)Count * k * n,
            _ => false,
        };

        /// <summary>Below so many multiply-adds (some 20 µs on one core) calling another thread brings little.</summary>
        const long WorthSharing = 2_000_000;

        public int Parts => IsShared || (long)Count * m * k * n < WorthSharing ? 1 : Math.Min(Count, 4 * Workers.Count);

        public void Run(int part)
        {
            int first = (int)((long)Count * part / Parts), end = (int)((long)Count * (part + 1) / Parts);
            for (int batch = first; batch < end; batch++)
            {
                var (a, b) = _batches.At(batch);
                Span<float> left = _x.Slice(a * m * k, m * k), right = _w.Slice(b * k * n, k * n), result = _y.Slice(batch * m * n, m * n);
                switch (target)
                {
                    case Target.Y: Gemm.Multiply(new Matrix(left, m, k), new Matrix(right, k, n), new(result, m, n), accumulate); break;
                    case Target.X: Gemm.Multiply(new Matrix(result, m, n), new Matrix(right, k, n).Transposed, new(left, m, k), accumulate); break;
                    default: Gemm.Multiply(new Matrix(left, m, k).Transposed, new Matrix(result, m, n), new(right, k, n), accumulate); break;
                }
            }
        }
    }
}
