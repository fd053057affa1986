using System.Numerics;
using System.Runtime.CompilerServices;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What is done to the bits of two numbers.</summary>
interface IBitOperation
{
    static abstract T Of<T>(T a, T b) where T : IBinaryInteger<T>;
}

readonly struct BitAnd : IBitOperation
{
    public static T Of<T>(T a, T b) where T : IBinaryInteger<T> => a & b;
}

readonly struct BitOr : IBitOperation
{
    public static T Of<T>(T a, T b) where T : IBinaryInteger<T> => a | b;
}

readonly struct BitXor : IBitOperation
{
    public static T Of<T>(T a, T b) where T : IBinaryInteger<T> => a ^ b;
}

/// <summary>To higher bits; shifted by its own width or more, nothing is left.</summary>
readonly struct ShiftLeft : IBitOperation
{
    public static T Of<T>(T a, T b) where T : IBinaryInteger<T> => int.CreateSaturating(b) is var by && by >= 8 * Unsafe.SizeOf<T>() ? T.Zero : a << by;
}

/// <summary>To lower bits.</summary>
readonly struct ShiftRight : IBitOperation
{
    public static T Of<T>(T a, T b) where T : IBinaryInteger<T> => int.CreateSaturating(b) is var by && by >= 8 * Unsafe.SizeOf<T>() ? T.Zero : a >>> by;
}

/// <summary>y = a ∘ b, bit by bit, with stretching.</summary>
sealed class Bitwise<TOperation> : WholeKernel where TOperation : IBitOperation
{
    protected override void Run<T>(Call call)
    {
        if (call.Input(0).Type != call.Input(1).Type) throw call.Wrong($"inputs of {call.Input(0).Type} and {call.Input(1).Type}", "one element type");
        Pairs.Run<T, T, T, Row<T>>(call, call.Input(0), call.Input(1), call.Input().Type, default);
    }

    readonly struct Row<T> : IPairLoop<T, T, T> where T : IBinaryInteger<T>
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        {
            for (int i = 0; i < y.Length; i++) y[i] = TOperation.Of(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        }
    }
}

/// <summary>The same on truth values, which are bytes of 0 and 1.</summary>
sealed class Logical<TOperation> : Kernel where TOperation : IBitOperation
{
    public override void Run(Call call)
    {
        if (call.Input(0).Type != ElementType.Bool || call.Input(1).Type != ElementType.Bool) throw call.Wrong($"inputs of {call.Input(0).Type} and {call.Input(1).Type}", "Bool");
        Pairs.Run<byte, byte, byte, Row>(call, call.Input(0), call.Input(1), ElementType.Bool, default);
    }

    readonly struct Row : IPairLoop<byte, byte, byte>
    {
        public void Run(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, Span<byte> y)
        {
            for (int i = 0; i < y.Length; i++) y[i] = TOperation.Of(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        }
    }
}

/// <summary>Moves bits; the direction is an attribute.</summary>
static class BitShift
{
    public static Kernel Of(Node node) => node.Text("direction", "") switch
    {
        "LEFT" => new Bitwise<ShiftLeft>(),
        "RIGHT" => new Bitwise<ShiftRight>(),
        var other => throw node.Wrong($"direction '{other}'", "LEFT or RIGHT"),
    };
}

/// <summary>Every bit turned over.</summary>
sealed class BitwiseNot : WholeKernel
{
    protected override void Run<T>(Call call)
    {
        var x = call.Input().Read<T>();
        var y = call.Output.Write<T>(call.Input().Sizes);
        for (int i = 0; i < y.Length; i++) y[i] = ~x[i];
    }
}

/// <summary>Yes becomes no.</summary>
sealed class Not : Kernel
{
    public override void Run(Call call)
    {
        var x = call.Input().Read<bool>();
        var y = call.Output.Write<bool>(call.Input().Sizes);
        for (int i = 0; i < y.Length; i++) y[i] = !x[i];
    }
}
