using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Takt.Tensors.Kernels;

/// <summary>Four sums: SSE2, NEON, or what else has vectors of 128 bits.</summary>
readonly unsafe struct Pairs4(Vector128<int> value) : IPairs<Pairs4>
{
    public static int Count => 4;

    /// <summary>The sums.</summary>
    public Vector128<int> Value { get; } = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs4 Load(int* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs4 Fill(int pair) => new(Vector128.Create(pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int* target) => Value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Pairs4 AddProducts(Pairs4 sum, Pairs4 a, Pairs4 b)
    {
        Vector128<short> left = a.Value.AsInt16(), right = b.Value.AsInt16();
        if (Sse2.IsSupported) return new(sum.Value + Sse2.MultiplyAddAdjacent(left, right));
        if (AdvSimd.Arm64.IsSupported)
            return new(sum.Value + AdvSimd.Arm64.AddPairwise(AdvSimd.MultiplyWideningLower(left.GetLower(), right.GetLower()), AdvSimd.MultiplyWideningUpper(left, right)));
        // Low halves are brought to the top and shifted back, so that they keep their sign.
        Vector128<int> lows = (a.Value << 16 >> 16) * (b.Value << 16 >> 16), highs = (a.Value >> 16) * (b.Value >> 16);
        return new(sum.Value + lows + highs);
    }
}
