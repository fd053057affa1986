using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Real numbers to 4, 8 or 16 bits: saturate(round half to even(x / scale) + zero point), with one scale, one along an axis, or one a block.</summary>
sealed class QuantizeLinear(Node node) : Kernel
{
    readonly long _axis = node.Int("axis", 1), _block = node.Int("block_size", 0);
    readonly ElementType _type = node.Type("output_dtype", ElementType.Undefined);

    public override void Run(Call call)
    {
        var type = call.OptionalInput(2)?.Type ?? (_type == ElementType.Undefined ? ElementType.UInt8 : _type);
        switch (type)
        {
            case ElementType.UInt8 or ElementType.UInt4: Run<byte>(call, type); break;
            case ElementType.Int8 or ElementType.Int4: Run<sbyte>(call, type); break;
            case ElementType.UInt16: Run<ushort>(call, type); break;
            case ElementType.Int16: Run<short>(call, type); break;
            default: throw call.Wrong($"quantised numbers of {type}", "Int8, UInt8, Int16, UInt16, Int4 or UInt4");
        }
    }

    void Run<T>(Call call, ElementType type) where T : unmanaged, IBinaryInteger<T>
    {
        var (x, scale, zero) = (call.Input(0), call.Input(1), call.OptionalInput(2));
        var (low, high) = QuantisedType.Range(type, call);
        var grid = ScaleGrid.Of(call, x, scale, _axis, _block);
        if (zero is not null && zero.Count != scale.Count) throw call.Wrong($"{zero.Count} zero points for {scale.Count} scales", "as many");
        var room = call.Scratch.Take<float>((long)x.Count + scale.Count);
        var from = Numbers.Read(x, room[scale.Count..], call);
        var scales = Numbers.Read(scale, room[..scale.Count], call);
        var zeros = zero is null ? default : zero.ReadAs<T>();
        var to = call.Output.WriteAs<T>(type, x.Sizes);
        for (int start = 0; start < to.Length; start += grid.Run)
        {
            int at = grid.At(start), bias = zeros.IsEmpty ? 0 : int.CreateTruncating(zeros[at]);
            if (grid.Run == 1) to[start] = T.CreateTruncating(Rounding.Quantise(from[start], scales[at], bias, low, high));
            else Rounding.Quantise(from.Slice(start, grid.Run), scales[at], bias, low, high, to.Slice(start, grid.Run));
        }
    }
}
