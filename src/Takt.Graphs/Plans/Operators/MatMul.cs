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
        if (node.Constant(1) is not { Rank: 2, Type: ElementType.Float } b) return;
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

        ReadOnlySpan<float> left = a.Read<float>(), right = b.Read<float>();
        var y = call.Output.Write<float>(sizes[..rank]);
        position.Clear();
        for (int start = 0, size = rows * columns; start < y.Length; start += size)
        {
            int from = Broadcast.Offset(position, aSteps) * rows * inner, beside = Broadcast.Offset(position, bSteps) * inner * columns;
            Takt.Tensors.Kernels.Gemm.Multiply(
                new Matrix(left[from..], rows, inner), new Matrix(right[beside..], inner, columns), new MatrixTarget(y[start..], rows, columns));
            Broadcast.Advance(position, sizes);
        }
    }
}
