using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Whole numbers back to real ones: (q − zero point) · scale, in the type of the scale unless output_dtype says another.</summary>
sealed class DequantizeLinear(Node node) : Kernel
{
    readonly long _axis = node.Int("axis", 1), _block = node.Int("block_size", 0);
    readonly ElementType _type = node.Type("output_dtype", ElementType.Undefined);

    public override void Run(Call call)
    {
        var x = call.Input();
        switch (x.Type)
        {
            case ElementType.UInt8 or ElementType.UInt4: Run<byte>(call, x); break;
            case ElementType.Int8 or ElementType.Int4: Run<sbyte>(call, x); break;
            case ElementType.UInt16: Run<ushort>(call, x); break;
            case ElementType.Int16: Run<short>(call, x); break;
            case ElementType.Int32: Run<int>(call, x); break;
            default: throw call.Wrong($"quantised numbers of {x.Type}", "4, 8 or 16 bits, or Int32");
        }
    }

    void Run<T>(Call call, Value x) where T : unmanaged, IBinaryInteger<T>
    {
        var (scale, zero) = (call.Input(1), call.OptionalInput(2));
        var type = _type == ElementType.Undefined ? scale.Type : _type;
        var grid = ScaleGrid.Of(call, x, scale, _axis, _block);
        if (zero is not null && (zero.Count != scale.Count || zero.Type != x.Type)) throw call.Wrong($"zero points {zero} for scales {scale}", $"as many, of {x.Type}");
        var room = call.Scratch.Take<float>((long)x.Count + scale.Count);
        var scales = Numbers.Read(scale, room[..scale.Count], call);
        var from = x.ReadAs<T>();
        var zeros = zero is null ? default : zero.ReadAs<T>();
        var to = type == ElementType.Float32 ? call.Output.Write<float>(x.Sizes) : room[scale.Count..];
        for (int start = 0; start < from.Length; start += grid.Run)
        {
            int at = grid.At(start);
            Rounding.Dequantise(from.Slice(start, grid.Run), scales[at], zeros.IsEmpty ? 0 : int.CreateTruncating(zeros[at]), to.Slice(start, grid.Run));
        }

        if (type != ElementType.Float32) Numbers.Write<float>(to, call.Output, type, x.Sizes, call);
    }
}
