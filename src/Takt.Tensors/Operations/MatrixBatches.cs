using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors;

/// <summary>Products of batches of matrices, [..., m, k] · [..., k, n], leading axes broadcast: y = x·w in every batch; dx = dy·wᵀ and dw = xᵀ·dy, summed over the batches that share a matrix, one after the other.</summary>
sealed class MatrixBatches : Record<ValueTuple>, IReadsViews
{
    /// <summary>Below so many multiply-adds (some 20 µs on one core) calling another thread brings little.</summary>
    const long WorthSharing = 2_000_000;

    Broadcasting _batches;
    int _m, _k, _n;

    public override string Name => "MatMul";

    internal override Tensor Prepare()
    {
        var (x, w) = (this[0].Shape, this[1].Shape);
        _batches = new Broadcasting("MatMul", x[..^2], w[..^2], x, w);
        (_m, _k, _n) = (x[^2], x[^1], w[^1]);
        return Room([.. _batches.Shape.Sizes, _m, _n]);
    }

    internal override void Forward() => Run(Target.Y, Matrices.Elements(this[0]), Matrices.Elements(this[1]), Output.Values);

    internal override void Backward(Tensor dy)
    {
        var (x, w) = (this[0], this[1]);
        if (x.RequiresGradient) Run(Target.X, Gradients.Begin(x), Matrices.Elements(w), dy.Values);
        if (w.RequiresGradient) Run(Target.W, Matrices.Elements(x), Gradients.Begin(w), dy.Values);
    }

    internal override Tensor Derivative(int input, Tensor dy) =>
        Gradients.SumTo(input == 0 ? dy.MatMul(this[1].Transpose()) : this[0].Transpose().MatMul(dy), this[input].Shape);

    void Run(Target target, Span<float> x, Span<float> w, Span<float> y)
    {
        int count = _batches.RowCount * _batches.RowLength;
        bool isShared = target switch
        {
            Target.X => x.Length < (long)count * _m * _k,
            Target.W => w.Length < (long)count * _k * _n,
            _ => false,
        };
        int parts = isShared || (long)count * _m * _k * _n < WorthSharing ? 1 : Math.Min(count, 4 * Workers.Count);
        var products = new Batches(_batches, target, x, w, y, !this[0].IsContiguous, !this[1].IsContiguous, _m, _k, _n, count, parts);
        Workers.Run(parts, ref products);
    }

    /// <summary>Which of the three matrices is computed from the other two.</summary>
    enum Target
    {
        Y,
        X,
        W,
    }

    /// <summary>One product per batch; batches that write to the same matrix are left to one thread.</summary>
    readonly ref struct Batches(Broadcasting batches, Target target, Span<float> x, Span<float> w, Span<float> y, bool xIsTurned, bool wIsTurned, int m, int k, int n, int count, int parts) : IWork
    {
        readonly Broadcasting _batches = batches;
        readonly Span<float> _x = x, _w = w, _y = y;

        public void Run(int part)
        {
            int first = (int)((long)count * part / parts), end = (int)((long)count * (part + 1) / parts);
            for (int batch = first; batch < end; batch++)
            {
                var (a, b) = _batches.At(batch);
                Span<float> left = _x.Slice(a * m * k, m * k), right = _w.Slice(b * k * n, k * n), result = _y.Slice(batch * m * n, m * n);
                switch (target)
                {
                    case Target.Y: Gemm.Multiply(Left(left), Right(right), new(result, m, n)); break;
                    case Target.X: Gemm.Multiply(new Matrix(result, m, n), Right(right).Transposed, new(left, m, k), accumulate: true); break;
                    default: Gemm.Multiply(Left(left).Transposed, new Matrix(result, m, n), new(right, k, n), accumulate: true); break;
                }
            }
        }

        Matrix Left(Span<float> values) => xIsTurned ? new Matrix(values, k, m).Transposed : new Matrix(values, m, k);

        Matrix Right(Span<float> values) => wIsTurned ? new Matrix(values, n, k).Transposed : new Matrix(values, k, n);
    }
}
