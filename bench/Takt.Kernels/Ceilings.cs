using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Takt.Tensors.Kernels;

namespace Takt.Kernels;

/// <summary>The most one core of this machine can do, measured: the best of several tries, for other programs only ever slow it.</summary>
static unsafe class Ceilings
{
    const int Tries = 15;
    const int Rounds = 200_000;

    /// <summary>Independent sums, enough to hide the latency of a fused multiply-add (4 cycles, 2 units).</summary>
    const int Sums = 12;

    /// <summary>Operations per second by path: fused multiply-adds in registers, each counted as two.</summary>
    public static IReadOnlyDictionary<string, double> Arithmetic { get; } = KernelPath.Supported.ToDictionary(p => p, OperationsPerSecond);

    /// <summary>Bytes per second of y += a·x far beyond the caches: two floats read and one written for each.</summary>
    public static double Memory { get; } = BytesPerSecond();

    static double OperationsPerSecond(string path) => path switch
    {
        "avx512" => 2 * 16 * Best(&Of512),
        "avx2" => 2 * 8 * Best(&Of256),
        "vector128" => 2 * 4 * Best(&Of128),
        _ => 2 * Best(&OfOne),
    };

    static double Best(delegate*<float> run)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long start = Stopwatch.GetTimestamp();
            GC.KeepAlive(run());
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return (double)Rounds * Sums / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Of512()
    {
        Vector512<float> x = Vector512.Create(0.999f), y = Vector512.Create(1e-3f), a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int n = 0; n < Rounds; n++)
        {
            (a, b, c) = (Vector512.FusedMultiplyAdd(a, x, y), Vector512.FusedMultiplyAdd(b, x, y), Vector512.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (Vector512.FusedMultiplyAdd(d, x, y), Vector512.FusedMultiplyAdd(e, x, y), Vector512.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (Vector512.FusedMultiplyAdd(g, x, y), Vector512.FusedMultiplyAdd(h, x, y), Vector512.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (Vector512.FusedMultiplyAdd(j, x, y), Vector512.FusedMultiplyAdd(k, x, y), Vector512.FusedMultiplyAdd(l, x, y));
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Of256()
    {
        Vector256<float> x = Vector256.Create(0.999f), y = Vector256.Create(1e-3f), a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int n = 0; n < Rounds; n++)
        {
            (a, b, c) = (Vector256.FusedMultiplyAdd(a, x, y), Vector256.FusedMultiplyAdd(b, x, y), Vector256.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (Vector256.FusedMultiplyAdd(d, x, y), Vector256.FusedMultiplyAdd(e, x, y), Vector256.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (Vector256.FusedMultiplyAdd(g, x, y), Vector256.FusedMultiplyAdd(h, x, y), Vector256.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (Vector256.FusedMultiplyAdd(j, x, y), Vector256.FusedMultiplyAdd(k, x, y), Vector256.FusedMultiplyAdd(l, x, y));
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float Of128()
    {
        Vector128<float> x = Vector128.Create(0.999f), y = Vector128.Create(1e-3f), a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int n = 0; n < Rounds; n++)
        {
            (a, b, c) = (Vector128.FusedMultiplyAdd(a, x, y), Vector128.FusedMultiplyAdd(b, x, y), Vector128.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (Vector128.FusedMultiplyAdd(d, x, y), Vector128.FusedMultiplyAdd(e, x, y), Vector128.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (Vector128.FusedMultiplyAdd(g, x, y), Vector128.FusedMultiplyAdd(h, x, y), Vector128.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (Vector128.FusedMultiplyAdd(j, x, y), Vector128.FusedMultiplyAdd(k, x, y), Vector128.FusedMultiplyAdd(l, x, y));
        }

        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static float OfOne()
    {
        float x = 0.999f, y = 1e-3f, a = y, b = y, c = y, d = y, e = y, f = y, g = y, h = y, i = y, j = y, k = y, l = y;
        for (int n = 0; n < Rounds; n++)
        {
            (a, b, c) = (MathF.FusedMultiplyAdd(a, x, y), MathF.FusedMultiplyAdd(b, x, y), MathF.FusedMultiplyAdd(c, x, y));
            (d, e, f) = (MathF.FusedMultiplyAdd(d, x, y), MathF.FusedMultiplyAdd(e, x, y), MathF.FusedMultiplyAdd(f, x, y));
            (g, h, i) = (MathF.FusedMultiplyAdd(g, x, y), MathF.FusedMultiplyAdd(h, x, y), MathF.FusedMultiplyAdd(i, x, y));
            (j, k, l) = (MathF.FusedMultiplyAdd(j, x, y), MathF.FusedMultiplyAdd(k, x, y), MathF.FusedMultiplyAdd(l, x, y));
        }

        return a + b + c + d + e + f + g + h + i + j + k + l;
    }

    static double BytesPerSecond()
    {
        const int floats = 32 << 20;   // 128 MiB twice: more than any cache holds
        float* x = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64), y = (float*)NativeMemory.AlignedAlloc(floats * sizeof(float), 64);
        new Span<float>(x, floats).Fill(1);
        new Span<float>(y, floats).Fill(1);
        double best = double.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Add(x, y, floats);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        NativeMemory.AlignedFree(x);
        NativeMemory.AlignedFree(y);
        return 3.0 * sizeof(float) * floats / best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Add(float* x, float* y, int count)
    {
        var scale = Vector256.Create(1e-3f);
        for (int i = 0; i < count; i += Vector256<float>.Count)
            Vector256.FusedMultiplyAdd(scale, Vector256.LoadAligned(x + i), Vector256.LoadAligned(y + i)).StoreAligned(y + i);
    }
}
