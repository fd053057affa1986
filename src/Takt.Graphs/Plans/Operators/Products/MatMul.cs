using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Matrix product over the last two axes as numpy's matmul: leading axes stretch, a vector becomes a row (left) or a column (right) and its axis goes again.</summary>
sealed class MatMul : Kernel
{
    readonly Weights? _weights;
    readonly float[]? _bias;
    readonly Function? _function;
    readonly Activation _inProduct;

    public MatMul(Node node)
    {
        _function = node.FusedActivation is { } fused ? Function.Of(fused) : null;
        if (node.Constant(1) is not { Rank: 2, Type: ElementType.Float32 } b) return;
        _weights = new Weights(b.Read<float>(), b.Sizes[0], b.Sizes[1], transposed: false);
        node.TakeConstant(1);
        _bias = node.TakeConstant(2)?.Read<float>().ToArray();   // put there by a rewrite
        if (_function?.InProduct is { } inProduct) (_inProduct, _function) = (inProduct, null);
    }

    public override void Run(Call call)
    {
        if (_weights is not null && call.Input(0).Rank > 0) MultiplyByWeights(call, _weights);
        else MultiplyAny(call);
        if (_function is not null)
        {
            var y = call.Output.Write<float>(call.Output.Sizes);
            _function.Apply(y, y);
        }
    }

    /// <summary>All leading axes are rows of one product.</summary>
    void MultiplyByWeights(Call call, Weights weights)
    {
        var a = call.Input(0);
        if (a.Sizes[^1] != weights.Inner) throw call.Wrong($"inner sizes {a.Sizes[^1]} and {weights.Inner}", "equal ones");
        Span<int> sizes = stackalloc int[a.Rank];
        a.Sizes.CopyTo(sizes);
        sizes[^1] = weights.Columns;
        int rows = 1;
        foreach (int size in sizes[..^1]) rows *= size;
        var y = call.Output.Write<float>(sizes);
        weights.Multiply(new Matrix(a.Read<float>(), rows, weights.Inner), new MatrixTarget(y, rows, weights.Columns), bias: _bias, activation: _inProduct);
    }

    static void MultiplyAny(Call call)
    {
        switch (call.Input(0).Type)
        {
            case ElementType.Float32: MultiplyAny<float, Fast>(call, default); break;
            case ElementType.Float64: MultiplyAny<double, Plain<double>>(call, default); break;
            case ElementType.Int64: MultiplyAny<long, Plain<long>>(call, default); break;
            case ElementType.Int32: MultiplyAny<int, Plain<int>>(call, default); break;
            case ElementType.UInt64: MultiplyAny<ulong, Plain<ulong>>(call, default); break;
            case ElementType.UInt32: MultiplyAny<uint, Plain<uint>>(call, default); break;
            case var type: throw call.Wrong($"inputs of {type}", "Float32, Float64, Float16 or integers of 32 or 64 bits");
        }
    }

    static void MultiplyAny<T, TProduct>(Call call, TProduct product) where T : unmanaged where TProduct : struct, IMultiplication<T>
    {
        var (a, b) = (call.Input(0), call.Input(1));
        if (a.Rank == 0 || b.Rank == 0) throw call.Wrong("a scalar", "vectors or matrices");
        int rows = a.Rank == 1 ? 1 : a.Sizes[^2], inner = a.Sizes[^1], columns = b.Rank == 1 ? 1 : b.Sizes[^1];
        if ((b.Rank == 1 ? b.Sizes[0] : b.Sizes[^2]) != inner) throw call.Wrong($"sizes {Value.Text(a.Sizes)} and {Value.Text(b.Sizes)}", "equal inner sizes");

        var aLead = a.Sizes[..Math.Max(0, a.Rank - 2)];
        var bLead = b.Sizes[..Math.Max(0, b.Rank - 2)];
        int lead = Math.Max(aLead.Length, bLead.Length), rank = lead;
        Span<int> sizes = stackalloc int[lead + 2], aSteps = stackalloc int[lead], bSteps = stackalloc int[lead], position = stackalloc int[lead];
        if (!Broadcast.Sizes(aLead, bLead, sizes[..lead])) throw call.Wrong($"sizes {Value.Text(a.Sizes)} and {Value.Text(b.Sizes)}", "leading sizes that are equal or 1");
        Broadcast.Steps(aLead, aSteps);
        Broadcast.Steps(bLead, bSteps);
        if (a.Rank > 1) sizes[rank++] = rows;
        if (b.Rank > 1) sizes[rank++] = columns;

        ReadOnlySpan<T> left = a.Read<T>(), right = b.Read<T>();
        var y = call.Output.Write<T>(sizes[..rank]);
        position.Clear();
        for (int start = 0, size = rows * columns; start < y.Length; start += size)
        {
            int from = Broadcast.Offset(position, aSteps) * rows * inner, beside = Broadcast.Offset(position, bSteps) * inner * columns;
            product.Run(left[from..], right[beside..], y[start..], rows, inner, columns);
            Broadcast.Advance(position, sizes);
        }
    }

    /// <summary>One product of two matrices.</summary>
    interface IMultiplication<T>
    {
        void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, int rows, int inner, int columns);
    }

    readonly struct Fast : IMultiplication<float>
    {
        public void Run(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y, int rows, int inner, int columns) =>
            Takt.Tensors.Kernels.Gemm.Multiply(new Matrix(a, rows, inner), new Matrix(b, inner, columns), new MatrixTarget(y, rows, columns));
    }

    readonly struct Plain<T> : IMultiplication<T> where T : unmanaged, INumber<T>
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y, int rows, int inner, int columns) => PlainProduct.Run(a, false, b, false, y[..(rows * columns)], rows, inner, columns);
    }
}
