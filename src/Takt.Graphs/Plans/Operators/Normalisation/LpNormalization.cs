using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Every line along an axis divided by its L¹ or L² norm; a line of zeros stays.</summary>
sealed class LpNormalization : Kernel
{
    readonly long _axis;
    readonly bool _isAbsolute;

    public LpNormalization(Node node)
    {
        long p = node.Int("p", 2);
        if (p is not (1 or 2)) throw node.Wrong($"p {p}", "1 or 2");
        (_axis, _isAbsolute) = (node.Int("axis", -1), p == 1);
    }

    public override void Run(Call call)
    {
        switch (call.Input().Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case var type: throw call.Wrong($"an input of {type}", "Float32, Float64 or Float16");
        }
    }

    void Run<T>(Call call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var input = call.Input();
        int axis = call.Axis(_axis, input.Rank), count = input.Sizes[axis], apart = 1;
        foreach (int size in input.Sizes[(axis + 1)..]) apart *= size;
        var x = input.Read<T>();
        var y = call.Output.Write<T>(input.Sizes);
        for (int block = 0; block < x.Length; block += count * apart)
            for (int line = block; line < block + apart; line++)
            {
                var sum = T.Zero;
                for (int i = 0; i < count; i++) sum += _isAbsolute ? T.Abs(x[line + (i * apart)]) : x[line + (i * apart)] * x[line + (i * apart)];
                var norm = _isAbsolute ? sum : T.Sqrt(sum);
                for (int i = 0; i < count; i++) y[line + (i * apart)] = norm == T.Zero ? T.Zero : x[line + (i * apart)] / norm;
            }
    }
}
