using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Takt.Tensors.Kernels;

/// <summary>Eight sums: AVX-VNNI in one instruction, AVX2 in two.</summary>
readonly unsafe struct Pairs8(Vector256<int> value) : IPairs<Pairs8>
{
    public static int Count => 8;

    /// <summary>The sums.</summary>
    public Vector256<int> Value { get; } = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs8 Load(int* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs8 Fill(int pair) => new(Vector256.Create(pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int* target) => Value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs8 AddProducts(Pairs8 sum, Pairs8 a, Pairs8 b) =>
        AvxVnni.IsSupported ? new(AvxVnni.MultiplyWideningAndAdd(sum.Value, a.Value.AsInt16(), b.Value.AsInt16()))
        : Avx2.IsSupported ? new(sum.Value + Avx2.MultiplyAddAdjacent(a.Value.AsInt16(), b.Value.AsInt16()))
        : new(Vector256.Create(
            Pairs4.AddProducts(new(sum.Value.GetLower()), new(a.Value.GetLower()), new(b.Value.GetLower())).Value,
            Pairs4.AddProducts(new(sum.Value.GetUpper()), new(a.Value.GetUpper()), new(b.Value.GetUpper())).Value));
}
