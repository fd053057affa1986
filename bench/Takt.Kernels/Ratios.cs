using System.Diagnostics;
using System.Globalization;
using Takt.Tensors;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Kernels;

/// <summary>Products of ours beside those of OpenBLAS, and on two threads beside one: in turns, in one process, the shortest time of many rounds each, for other programs only ever make it longer.</summary>
static unsafe class Ratios
{
    const int Rounds = 25;

    /// <summary>A turn takes at least so long: small products are repeated.</summary>
    static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(8);

    /// <summary>Square ones, the one of an encoder's layer, and skinny ones, as training and serving of small batches have.</summary>
    static readonly ProductSize[] s_sizes =
        [new(1024, 1024, 1024), new(512, 512, 512), new(256, 256, 256), new(120, 512, 512), new(32, 512, 512), new(32, 128, 784), new(32, 1024, 1024), new(32, 2048, 512), new(1, 512, 512)];

    /// <summary>Those of a training step of an encoder (2048 steps of 128, 512 hidden): layers and the gradients of what goes into them, then those of weights, whose left side is read transposed.</summary>
    static readonly ProductSize[] s_training = [new(2048, 128, 128), new(2048, 512, 128), new(2048, 128, 512)], s_gradients = [new(128, 128, 2048), new(512, 128, 2048), new(128, 512, 2048)];

    public static void Print(TextWriter output)
    {
        if (OpenBlas.IsHere) output.WriteLine($"OpenBLAS uses its {OpenBlas.Core} kernels, Takt {KernelPath.Current}");
        output.WriteLine("| m × n × k | threads | Takt GFLOP/s | packed before | OpenBLAS | Takt ÷ OpenBLAS | packed ÷ OpenBLAS |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|");
        foreach (var size in s_sizes.Concat(s_training)) Print(output, size, turned: false);
        foreach (var size in s_gradients) Print(output, size, turned: true);
    }

    static void Print(TextWriter output, ProductSize size, bool turned)
    {
        var ones = Measure(size, turned, 1);
        Row(output, size, turned, 1, ones);
        if (Environment.ProcessorCount < 2) return;
        var twos = Measure(size, turned, 2);
        Row(output, size, turned, 2, twos);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| | 2 ÷ 1 | {ones[0] / twos[0]:0.00} × | {ones[1] / twos[1]:0.00} × | {(ones.Length > 2 ? $"{ones[2] / twos[2]:0.00} ×" : "")} | | |"));
    }

    static void Row(TextWriter output, ProductSize size, bool turned, int threads, double[] seconds)
    {
        double[] rates = [.. seconds.Select(s => size.Operations / s / 1e9)];
        string beside = rates.Length > 2 ? string.Create(CultureInfo.InvariantCulture, $"{rates[2]:0} | {rates[0] / rates[2]:0.00} | {rates[1] / rates[2]:0.00}") : "– | – | –";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {size.M} × {size.N} × {size.K}{(turned ? ", left transposed" : "")} | {threads} | {rates[0]:0} | {rates[1]:0} | {beside} |"));
    }

    /// <summary>Seconds of one product: right side as it lies, packed beforehand, OpenBLAS.</summary>
    static double[] Measure(ProductSize size, bool turned, int threads)
    {
        Workers.Count = threads;
        if (OpenBlas.IsHere) OpenBlas.UseThreads(threads);
        var random = new Generator(1);
        Tensor a = Tensor.Normal([size.M, size.K], 1, random), b = Tensor.Normal([size.K, size.N], 1, random), c = Tensor.Zeros(size.M, size.N);
        using var packed = PackedMatrix.Pack(new(b.Values, size.K, size.N));
        List<Action> sides =
        [
            () => Gemm.Multiply(Left(), new Matrix(b.Values, size.K, size.N), new MatrixTarget(c.Values, size.M, size.N)),
            () => Gemm.Multiply(Left(), packed, new MatrixTarget(c.Values, size.M, size.N)),
        ];
        if (OpenBlas.IsHere)
            sides.Add(() =>
            {
                fixed (float* pa = a.Values, pb = b.Values, pc = c.Values) OpenBlas.Multiply(size.M, size.N, size.K, pa, pb, pc, turned);
            });

        double[] best = [.. sides.Select(_ => double.MaxValue)];
        for (int round = 0; round < Rounds; round++)
            for (int side = 0; side < sides.Count; side++) best[side] = Math.Min(best[side], Turn(sides[side]));
        return best;

        Matrix Left() => turned ? new Matrix(a.Values, size.K, size.M).Transposed : new Matrix(a.Values, size.M, size.K);
    }

    static double Turn(Action run)
    {
        run();
        double best = double.MaxValue;
        long start = Stopwatch.GetTimestamp();
        do
        {
            long begin = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start) < s_turn);
        return best;
    }
}
