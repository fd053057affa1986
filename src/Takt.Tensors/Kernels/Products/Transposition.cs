using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Takt.Tensors.Kernels;

/// <summary>Exchanges rows and columns of a small square in registers.</summary>
static unsafe class Transposition
{
    /// <summary>target[j, i] = source[i, j] for four rows of four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn4(float* source, nint sourceRow, float* target, nint targetRow)
    {
        Vector128<float> r0 = Vector128.Load(source), r1 = Vector128.Load(source + sourceRow);
        Vector128<float> r2 = Vector128.Load(source + (2 * sourceRow)), r3 = Vector128.Load(source + (3 * sourceRow));
        Vector128<float> low01 = ZipLow(r0, r1), high01 = ZipHigh(r0, r1), low23 = ZipLow(r2, r3), high23 = ZipHigh(r2, r3);
        JoinLower(low01, low23).Store(target);
        JoinUpper(low01, low23).Store(target + targetRow);
        JoinLower(high01, high23).Store(target + (2 * targetRow));
        JoinUpper(high01, high23).Store(target + (3 * targetRow));
    }

    /// <summary>a₀ b₀ a₁ b₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    /// <summary>a₂ b₂ a₃ b₃.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);

    /// <summary>a₀ a₂ b₀ b₂.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Even(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(a, b)
        : Vector128.Create(a[0], a[2], b[0], b[2]);

    /// <summary>a₁ a₃ b₁ b₃.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Odd(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(a, b)
        : Vector128.Create(a[1], a[3], b[1], b[3]);

    /// <summary>a₀ a₂ a₄ a₆ b₀ b₂ b₄ b₆.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Even(Vector256<float> a, Vector256<float> b) =>
        Avx2.IsSupported ? Avx2.Permute4x64(Avx.Shuffle(a, b, 0b10_00_10_00).AsDouble(), 0b11_01_10_00).AsSingle()
        : Vector256.Create(Even(a.GetLower(), a.GetUpper()), Even(b.GetLower(), b.GetUpper()));

    /// <summary>a₁ a₃ a₅ a₇ b₁ b₃ b₅ b₇.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Odd(Vector256<float> a, Vector256<float> b) =>
        Avx2.IsSupported ? Avx2.Permute4x64(Avx.Shuffle(a, b, 0b11_01_11_01).AsDouble(), 0b11_01_10_00).AsSingle()
        : Vector256.Create(Odd(a.GetLower(), a.GetUpper()), Odd(b.GetLower(), b.GetUpper()));

    /// <summary>Every second of a, then of b, from the first on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Even(Vector512<float> a, Vector512<float> b) => Vector512.Create(Even(a.GetLower(), a.GetUpper()), Even(b.GetLower(), b.GetUpper()));

    /// <summary>Every second of a, then of b, from the second on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Odd(Vector512<float> a, Vector512<float> b) => Vector512.Create(Odd(a.GetLower(), a.GetUpper()), Odd(b.GetLower(), b.GetUpper()));

    /// <summary>a₀ a₁ b₀ b₁.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> JoinLower(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.MoveLowToHigh(a, b) : Vector128.Create(a.GetLower(), b.GetLower());

    /// <summary>a₂ a₃ b₂ b₃.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> JoinUpper(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.MoveHighToLow(b, a) : Vector128.Create(a.GetUpper(), b.GetUpper());
}
