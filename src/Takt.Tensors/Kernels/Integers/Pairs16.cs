using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Takt.Tensors.Kernels;

/// <summary>Sixteen sums: AVX-512.</summary>
readonly unsafe struct Pairs16(Vector512<int> value) : IPairs<Pairs16>
{
    readonly Vector512<int> _value = value;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs16 Load(int* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs16 Fill(int pair) => new(Vector512.Create(pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int* target) => _value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs16 AddProducts(Pairs16 sum, Pairs16 a, Pairs16 b) =>
        Avx512BW.IsSupported ? new(sum._value + Avx512BW.MultiplyAddAdjacent(a._value.AsInt16(), b._value.AsInt16()))
        : new(Vector512.Create(
            Pairs8.AddProducts(new(sum._value.GetLower()), new(a._value.GetLower()), new(b._value.GetLower())).Value,
            Pairs8.AddProducts(new(sum._value.GetUpper()), new(a._value.GetUpper()), new(b._value.GetUpper())).Value));
}
