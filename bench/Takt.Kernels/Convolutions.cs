using System.Diagnostics;
using System.Globalization;
using Takt.Tensors;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Kernels;

/// <summary>The convolutions of ResNet-18 (He et al. 2015) on one image of 224², and some of few channels, one by one: time, and operations of the definition per second, which Winograd's way needs fewer of; then the same of bytes.</summary>
static class Convolutions
{
    const int Rounds = 60;

    const string Halved = "halved";

    static ConvolutionSizes Three(int channels, int side) => new(1, channels, side, channels, 3) { Before = 1, After = 1 };

    static ConvolutionSizes Down(int channels, int side) => new(1, channels, side, 2 * channels, 3) { Before = 1, After = 1, Stride = 2 };

    static ConvolutionSizes Skip(int channels, int side) => new(1, channels, side, 2 * channels, 1) { Stride = 2 };

    /// <summary>Each with how often ResNet-18 has it; what follows its name is the largest of every 2×2, sought in the same go.</summary>
    static readonly (string Name, ConvolutionSizes Sizes, int Times)[] s_all =
    [
        ("7×7 / 2, 3 → 64 at 224²", new(1, 3, 224, 64, 7) { Before = 3, After = 3, Stride = 2 }, 1),
        ("3×3, 64 at 56²", Three(64, 56), 4),
        ("3×3 / 2, 64 → 128 at 56²", Down(64, 56), 1), ("1×1 / 2, 64 → 128 at 56²", Skip(64, 56), 1), ("3×3, 128 at 28²", Three(128, 28), 3),
        ("3×3 / 2, 128 → 256 at 28²", Down(128, 28), 1), ("1×1 / 2, 128 → 256 at 28²", Skip(128, 28), 1), ("3×3, 256 at 14²", Three(256, 14), 3),
        ("3×3 / 2, 256 → 512 at 14²", Down(256, 14), 1), ("1×1 / 2, 256 → 512 at 14²", Skip(256, 14), 1), ("3×3, 512 at 7²", Three(512, 7), 3),
        ($"3×3, 1 → 32 at 28², {Halved}", new(8, 1, 28, 32, 3), 0),
        ($"3×3, 3 → 16 at 64², {Halved}", new(8, 3, 64, 16, 3) { Before = 1, After = 1 }, 0),
        ($"3×3, 16 → 32 at 32², {Halved}", new(8, 16, 32, 32, 3) { Before = 1, After = 1 }, 0),
        ("3×3, 32 → 64 at 16²", new(8, 32, 16, 64, 3) { Before = 1, After = 1 }, 0),
    ];

    public static void Print(TextWriter output)
    {
        output.WriteLine("| convolution | times | ms | GFLOP/s | 2 threads: ms | GFLOP/s | bytes: ms | GOP/s |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");
        double[] totals = new double[3];
        foreach (var (name, sizes, times) in s_all)
        {
            double operations = 2.0 * sizes.Batch * sizes.Outputs * sizes.Inputs * sizes.Kernel.Height * sizes.Kernel.Width * sizes.Result.Height * sizes.Result.Width;
            bool isHalved = name.EndsWith(Halved, StringComparison.Ordinal);
            double[] seconds = [Measure(sizes, 1, isHalved), Measure(sizes, 2, isHalved), MeasureBytes(sizes)];
            for (int i = 0; i < seconds.Length; i++) totals[i] += times * seconds[i];
            output.WriteLine($"| {name} | {times} | {string.Join(" | ", seconds.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s * 1e3:0.000} | {operations / s / 1e9:0}")))} |");
        }

        output.WriteLine($"| all | | {string.Join(" | ", totals.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s * 1e3:0.00} | ")))} |");
    }

    static double Measure(ConvolutionSizes sizes, int threads, bool halves)
    {
        Workers.Count = threads;
        var random = new Generator(1);
        Extent result = halves ? (sizes.Result.Height / 2, sizes.Result.Width / 2) : sizes.Result;
        Tensor x = Tensor.Normal([sizes.Batch, sizes.Inputs, sizes.Image.Height, sizes.Image.Width], 1, random), y = Tensor.Zeros(sizes.Batch, sizes.Outputs, result.Height, result.Width);
        Tensor weight = Tensor.Normal([sizes.Outputs, sizes.Inputs, sizes.Kernel.Height, sizes.Kernel.Width], 1, random), bias = Tensor.Zeros(sizes.Outputs);
        using var filters = PackedFilters.Pack(sizes, weight.Values, bias.Values);
        return Shortest(() =>
        {
            if (halves) filters.RunHalving(sizes, x.Values, y.Values, Activation.Relu);
            else filters.Run(sizes, x.Values, y.Values, Activation.Relu);
        });
    }

    /// <summary>The sums of the same convolution of bytes, on one thread.</summary>
    static double MeasureBytes(ConvolutionSizes sizes)
    {
        Workers.Count = 1;
        var random = new Generator(1);
        byte[] x = Draw(sizes.Batch * sizes.Inputs * sizes.Image.Height * sizes.Image.Width);
        var filters = IntegerFilters.Pack<byte>(sizes, Draw(sizes.Outputs * sizes.Inputs * sizes.Kernel.Height * sizes.Kernel.Width), [128]);
        int[] y = new int[sizes.Batch * sizes.Outputs * sizes.Result.Height * sizes.Result.Width];
        return Shortest(() => filters.Run<byte>(sizes, x, 128, y));

        byte[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextInt(256))];
    }

    static double Shortest(Action run)
    {
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return best;
    }
}
