using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>One sum: the definition.</summary>
readonly unsafe struct Pairs1(int value) : IPairs<Pairs1>
{
    readonly int _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs1 Load(int* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs1 Fill(int pair) => new(pair);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int* target) => *target = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs1 AddProducts(Pairs1 sum, Pairs1 a, Pairs1 b) => new(sum._value + ((short)a._value * (short)b._value) + ((a._value >> 16) * (b._value >> 16)));
}
