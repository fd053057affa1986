using System.Numerics;
using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Y = α·A′·B′ + β·C, where ′ transposes if asked and C stretches to Y. Then an activation, if one was fused.</summary>
sealed class Gemm : Kernel
{
    readonly bool _transposeA, _transposeB;
    readonly float _alpha, _beta;
    readonly Weights? _weights;
    readonly float[]? _bias;
    readonly Function? _function;
    readonly Activation _inProduct;

    public Gemm(Node node)
    {
        (_transposeA, _transposeB) = (node.Int("transA", 0) != 0, node.Int("transB", 0) != 0);
        (_alpha, _beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        _function = node.FusedActivation is { } fused ? Function.Of(fused) : null;
        if (node.Constant(1) is { Rank: 2, Type: ElementType.Float32 } b)
        {
            _weights = new Weights(b.Read<float>(), b.Sizes[0], b.Sizes[1], _transposeB);
            node.TakeConstant(1);
            if (_alpha == 1 && _beta == 1 && node.Constant(2) is { Type: ElementType.Float32, Rank: 1 or 2 } c && c.Sizes[^1] == _weights.Columns && c.Count == _weights.Columns)
            {
                _bias = c.Read<float>().ToArray();   // a plain row: the sums start at it
                node.TakeConstant(2);
            }

            if (_alpha == 1 && !node.Has(2) && _function?.InProduct is { } inProduct) (_inProduct, _function) = (inProduct, null);
        }
    }

    public override void Run(Call call)
    {
        switch (call.Input(0).Type)
        {
            case ElementType.Float32: RunSingle(call); break;
            case ElementType.Float64: Plain<double>(call); break;
            case ElementType.Int64: Plain<long>(call); break;
            case ElementType.Int32: Plain<int>(call); break;
            case ElementType.UInt64: Plain<ulong>(call); break;
            case ElementType.UInt32: Plain<uint>(call); break;
            case var type: throw call.Wrong($"inputs of {type}", "Float32, Float64, Float16 or integers of 32 or 64 bits");
        }
    }

    void RunSingle(Call call)
    {
        var a = call.Input(0);
        if (a.Rank != 2) throw call.Wrong($"A of sizes {Value.Text(a.Sizes)}", "a matrix");
        var left = new Matrix(a.Read<float>(), a.Sizes[0], a.Sizes[1]);
        if (_transposeA) left = left.Transposed;
        if (_weights is { } weights)
        {
            if (left.Columns != weights.Inner) throw Differ(call, left.Columns, weights.Inner);
            weights.Multiply(left, Target(call, left.Rows, weights.Columns), bias: _bias, activation: _inProduct);
        }
        else
        {
            var b = call.Input(1);
            if (b.Rank != 2) throw call.Wrong($"B of sizes {Value.Text(b.Sizes)}", "a matrix");
            var right = new Matrix(b.Read<float>(), b.Sizes[0], b.Sizes[1]);
            if (_transposeB) right = right.Transposed;
            if (left.Columns != right.Rows) throw Differ(call, left.Columns, right.Rows);
            Takt.Tensors.Kernels.Gemm.Multiply(left, right, Target(call, left.Rows, right.Columns));
        }

        Finish(call);
    }

    static MatrixTarget Target(Call call, int rows, int columns) => new(call.Output.Write<float>([rows, columns]), rows, columns);

    static InputException Differ(Call call, int left, int right) => call.Wrong($"inner sizes {left} and {right}", "equal ones");

    /// <summary>What the product itself did not do: α, β·C, activation.</summary>
    void Finish(Call call)
    {
        var sizes = call.Output.Sizes;
        var y = call.Output.Write<float>(sizes);
        if (_alpha != 1) TensorPrimitives.Multiply(y, _alpha, y);
        if (call.OptionalInput(2) is { } c) AddStretched(call, c, y, sizes, _beta);
        _function?.Apply(y, y);
    }

    void Plain<T>(Call call) where T : unmanaged, INumber<T>
    {
        var (a, b) = (call.Input(0), call.Input(1));
        if (a.Rank != 2 || b.Rank != 2) throw call.Wrong($"A {Value.Text(a.Sizes)} and B {Value.Text(b.Sizes)}", "matrices");
        var (rows, inner) = _transposeA ? (a.Sizes[1], a.Sizes[0]) : (a.Sizes[0], a.Sizes[1]);
        var (across, columns) = _transposeB ? (b.Sizes[1], b.Sizes[0]) : (b.Sizes[0], b.Sizes[1]);
        if (across != inner) throw Differ(call, inner, across);
        var y = call.Output.Write<T>([rows, columns]);
        PlainProduct.Run(a.Read<T>(), _transposeA, b.Read<T>(), _transposeB, y, rows, inner, columns);
        if (_alpha != 1) TensorPrimitives.Multiply(y, T.CreateTruncating(_alpha), y);
        if (call.OptionalInput(2) is { } c) AddStretched(call, c, y, call.Output.Sizes, T.CreateTruncating(_beta));
    }

    static void AddStretched<T>(Call call, Value c, Span<T> y, ReadOnlySpan<int> sizes, T beta) where T : unmanaged, INumber<T>
    {
        Span<int> steps = stackalloc int[2];
        if (c.Rank > 2 || (c.Rank > 0 && c.Sizes[^1] != 1 && c.Sizes[^1] != sizes[1]) || (c.Rank > 1 && c.Sizes[0] != 1 && c.Sizes[0] != sizes[0]))
            throw call.Wrong($"C of sizes {Value.Text(c.Sizes)}", $"sizes that stretch to {Value.Text(sizes)}");
        Broadcast.Steps(c.Sizes, steps);
        var added = c.Read<T>();
        for (int row = 0; row < sizes[0]; row++)
            for (int column = 0; column < sizes[1]; column++)
                y[(row * sizes[1]) + column] += beta * added[(row * steps[0]) + (column * steps[1])];
    }
}
