using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The same numbers in another element type: fractions are cut towards zero, and anything but 0 (NaN too) is true.</summary>
sealed class Cast(Node node) : Kernel
{
    readonly ElementType _to = ElementTypes.FromOnnx((int)Math.Clamp(node.Int("to", 0), 0, int.MaxValue), $"node '{node.Name}' (Cast)");

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Type == _to)
        {
            x.Bytes.CopyTo(call.Output.Write(x.Type, x.Sizes));
            return;
        }

        switch (x.Type)
        {
            case ElementType.Float32: From<float>(x, call.Output); break;
            case ElementType.Float64: From<double>(x, call.Output); break;
            case ElementType.Float16: From<Half>(x, call.Output); break;
            case ElementType.Int64: From<long>(x, call.Output); break;
            case ElementType.Int32: From<int>(x, call.Output); break;
            case ElementType.Int16: From<short>(x, call.Output); break;
            case ElementType.Int8: From<sbyte>(x, call.Output); break;
            case ElementType.UInt64: From<ulong>(x, call.Output); break;
            case ElementType.UInt32: From<uint>(x, call.Output); break;
            case ElementType.UInt16: From<ushort>(x, call.Output); break;
            case ElementType.UInt8 or ElementType.Bool: From<byte>(x, call.Output); break;
            default: throw call.Wrong($"an input of {x.Type}", "numbers or booleans");
        }
    }

    void From<TFrom>(Value x, Value y) where TFrom : unmanaged, INumber<TFrom>
    {
        switch (_to)
        {
            case ElementType.Float32: To<TFrom, float>(x, y); break;
            case ElementType.Float64: To<TFrom, double>(x, y); break;
            case ElementType.Float16: To<TFrom, Half>(x, y); break;
            case ElementType.Int64: To<TFrom, long>(x, y); break;
            case ElementType.Int32: To<TFrom, int>(x, y); break;
            case ElementType.Int16: To<TFrom, short>(x, y); break;
            case ElementType.Int8: To<TFrom, sbyte>(x, y); break;
            case ElementType.UInt64: To<TFrom, ulong>(x, y); break;
            case ElementType.UInt32: To<TFrom, uint>(x, y); break;
            case ElementType.UInt16: To<TFrom, ushort>(x, y); break;
            case ElementType.UInt8: To<TFrom, byte>(x, y); break;
            default:
                var from = Elements<TFrom>(x);
                var flags = y.Write<bool>(x.Sizes);
                for (int i = 0; i < from.Length; i++) flags[i] = from[i] != TFrom.Zero;
                break;
        }
    }

    static void To<TFrom, TTo>(Value x, Value y) where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        var from = Elements<TFrom>(x);
        var to = y.Write<TTo>(x.Sizes);
        for (int i = 0; i < from.Length; i++) to[i] = TTo.CreateTruncating(from[i]);
    }

    /// <summary>Booleans are read as bytes of 0 and 1.</summary>
    static ReadOnlySpan<T> Elements<T>(Value x) where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, T>(x.Bytes);
}
