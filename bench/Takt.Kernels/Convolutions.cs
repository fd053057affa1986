using System.Diagnostics;
using System.Globalization;
using Takt.Tensors;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Kernels;

/// <summary>The convolutions of ResNet-18 (He et al. 2015) on one image of 224², one by one: time, and operations of the definition per second, which Winograd's way needs fewer of.</summary>
static class Convolutions
{
    const int Rounds = 60;

    static ConvolutionSizes Three(int channels, int side) => new(1, channels, side, channels, 3) { Before = 1, After = 1 };

    static ConvolutionSizes Down(int channels, int side) => new(1, channels, side, 2 * channels, 3) { Before = 1, After = 1, Stride = 2 };

    static ConvolutionSizes Skip(int channels, int side) => new(1, channels, side, 2 * channels, 1) { Stride = 2 };

    /// <summary>Each with how often it occurs.</summary>
    static readonly (string Name, ConvolutionSizes Sizes, int Times)[] s_all =
    [
        ("7×7 / 2, 3 → 64 at 224²", new(1, 3, 224, 64, 7) { Before = 3, After = 3, Stride = 2 }, 1),
        ("3×3, 64 at 56²", Three(64, 56), 4),
        ("3×3 / 2, 64 → 128 at 56²", Down(64, 56), 1), ("1×1 / 2, 64 → 128 at 56²", Skip(64, 56), 1), ("3×3, 128 at 28²", Three(128, 28), 3),
        ("3×3 / 2, 128 → 256 at 28²", Down(128, 28), 1), ("1×1 / 2, 128 → 256 at 28²", Skip(128, 28), 1), ("3×3, 256 at 14²", Three(256, 14), 3),
        ("3×3 / 2, 256 → 512 at 14²", Down(256, 14), 1), ("1×1 / 2, 256 → 512 at 14²", Skip(256, 14), 1), ("3×3, 512 at 7²", Three(512, 7), 3),
    ];

    public static void Print(TextWriter output)
    {
        output.WriteLine("| convolution | times | ms | GFLOP/s | 2 threads: ms | GFLOP/s |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|");
        double[] totals = new double[2];
        foreach (var (name, sizes, times) in s_all)
        {
            double operations = 2.0 * sizes.Outputs * sizes.Inputs * sizes.Kernel.Height * sizes.Kernel.Width * sizes.Result.Height * sizes.Result.Width;
            double[] seconds = [Measure(sizes, 1), Measure(sizes, 2)];
            for (int i = 0; i < 2; i++) totals[i] += times * seconds[i];
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {name} | {times} | {seconds[0] * 1e3:0.000} | {operations / seconds[0] / 1e9:0} | {seconds[1] * 1e3:0.000} | {operations / seconds[1] / 1e9:0} |"));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| all | | {totals[0] * 1e3:0.00} | | {totals[1] * 1e3:0.00} | |"));
    }

    static double Measure(ConvolutionSizes sizes, int threads)
    {
        Workers.Count = threads;
        var random = new Generator(1);
        Tensor x = Tensor.Normal([1, sizes.Inputs, sizes.Image.Height, sizes.Image.Width], 1, random), y = Tensor.Zeros(1, sizes.Outputs, sizes.Result.Height, sizes.Result.Width);
        Tensor weight = Tensor.Normal([sizes.Outputs, sizes.Inputs, sizes.Kernel.Height, sizes.Kernel.Width], 1, random), bias = Tensor.Zeros(sizes.Outputs);
        using var filters = PackedFilters.Pack(sizes, weight.Values, bias.Values);
        double best = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            filters.Run(sizes, x.Values, y.Values, Activation.Relu);
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        return best;
    }
}
