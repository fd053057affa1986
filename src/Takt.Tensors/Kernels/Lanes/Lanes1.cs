using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>One float: the definition of what the wider ones do.</summary>
readonly unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    readonly float _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Load(float* source) => new(*source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Fill(float value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => *target = _value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._value + b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._value - b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._value * b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a._value / b._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 operator -(Lanes1 a) => new(-a._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) => new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 AtMost(Lanes1 x, Lanes1 bound) => bound._value < x._value ? bound : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 AtLeast(Lanes1 x, Lanes1 bound) => bound._value > x._value ? bound : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Largest(Lanes1 a, Lanes1 b) => new(Larger(a._value, b._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Even(Lanes1 a, Lanes1 b) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Odd(Lanes1 a, Lanes1 b) => b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 WhereGreater(Lanes1 a, Lanes1 b, Lanes1 then, Lanes1 otherwise) => a._value > b._value ? then : otherwise;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Abs(Lanes1 x) => new(MathF.Abs(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Sqrt(Lanes1 x) => new(MathF.Sqrt(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 Round(Lanes1 x) => new(MathF.Round(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes1 PowerOfTwo(Lanes1 n) => new(BitConverter.Int32BitsToSingle(((int)n._value + 127) << 23));

    /// <summary>The definition of <see cref="Largest"/>.</summary>
    public static float Larger(float a, float b) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(a > b ? a : b) | BitConverter.SingleToUInt32Bits(b > a ? b : a));
}
