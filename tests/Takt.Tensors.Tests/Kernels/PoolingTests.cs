using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

/// <summary>The largest of windows on every path against the definition: not a number where any pixel is none; of zeros −0 where any pixel is.</summary>
[Collection(nameof(KernelSettings))]
public sealed class PoolingTests : KernelSettings
{
    static readonly PoolingSizes[] s_sizes =
    [
        new(3, (4, 10), 2), new(2, (5, 35), 2), new(2, (3, 3), 2), new(2, (4, 33), 2), new(1, (7, 9), 3) { Stride = 1, Before = 1, After = 1 },
        new(2, (11, 90), (3, 2)) { Stride = (2, 3), Before = (1, 0), After = (2, 1) }, new(4, 33, 3) { Stride = 2, Before = 1, After = 1 }, new(2, (5, 70), 3) { Stride = 2 },
        new(2, (1, 5), (1, 5)), new(1, (2, 40), (2, 3)) { Stride = (1, 2) }, new(2, (6, 19), 5) { Stride = 4, Before = 2, After = 2 }, new(1, (1, 3), (1, 7)) { Stride = 1, Before = (0, 3), After = (0, 3) },
    ];

    [Theory, MemberData(nameof(Paths))]
    public void The_largest_is_that_of_its_definition_with_zeros_and_without_numbers(string path)
    {
        KernelPath.Current = path;
        for (int seed = 0; seed < 20; seed++)
            foreach (var sizes in s_sizes) Check(sizes, Pixels(sizes.Planes * sizes.ImageLength, (ulong)seed));
    }

    [Theory, MemberData(nameof(Paths))]
    public void Strides_far_wider_than_the_window_stay_inside_their_working_memory(string path)
    {
        KernelPath.Current = path;
        for (int kernel = 1; kernel <= 3; kernel++)
            for (int stride = 1; stride <= 100; stride++)
            {
                PoolingSizes sizes = new(2, (3, 201), (1, kernel)) { Stride = (2, stride) };
                Check(sizes, Pixels(2 * sizes.ImageLength, (ulong)stride));
            }

        Assert.Equal([0, 0, 0], Tensor.Zeros(1, 1, 1, 201).MaxPool2d(1, stride: 100).Values);
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_mean_of_two_by_two_has_the_bits_of_pixel_after_pixel(string path)
    {
        KernelPath.Current = path;
        PoolingSizes sizes = new(2, (4, 38), 2);
        float[] x = GradientCheck.Draw(2 * sizes.ImageLength, 4), found = new float[2 * sizes.ResultLength];
        Pooling.Mean(sizes, x, found);
        Assert.Equal(Windows(sizes, x).Select(window => (0 + window[0] + window[1] + window[2] + window[3]) / 4), found);
    }

    static void Check(in PoolingSizes sizes, float[] x)
    {
        float[] found = new float[sizes.Planes * sizes.ResultLength];
        Pooling.Max(sizes, x, found);
        float[] expected = [.. Windows(sizes, x).Select(Largest)];
        for (int i = 0; i < found.Length; i++)
            Assert.True(float.IsNaN(expected[i]) ? float.IsNaN(found[i]) : BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(found[i]), $"{sizes}, number {i}: expected {expected[i]}, found {found[i]}");
    }

    static float Largest(List<float> window)
    {
        if (window.Exists(float.IsNaN)) return float.NaN;
        float largest = window.Count == 0 ? float.NegativeInfinity : window.Max();
        return largest != 0 ? largest : window.Exists(v => v == 0 && float.IsNegative(v)) ? -0f : 0f;
    }

    static IEnumerable<List<float>> Windows(PoolingSizes sizes, float[] x)
    {
        for (int plane = 0; plane < sizes.Planes; plane++)
            for (int row = 0; row < sizes.Result.Height; row++)
                for (int column = 0; column < sizes.Result.Width; column++)
                {
                    List<float> window = [];
                    for (int i = 0; i < sizes.Kernel.Height; i++)
                        for (int j = 0; j < sizes.Kernel.Width; j++)
                        {
                            int y = (row * sizes.Stride.Height) - sizes.Before.Height + i, at = (column * sizes.Stride.Width) - sizes.Before.Width + j;
                            if (y >= 0 && y < sizes.Image.Height && at >= 0 && at < sizes.Image.Width) window.Add(x[(plane * sizes.ImageLength) + (y * sizes.Image.Width) + at]);
                        }

                    yield return window;
                }
    }

    /// <summary>Mostly zeros of both signs and numbers below them, so that zeros are often the largest; now and then something that is no number.</summary>
    static float[] Pixels(int count, ulong seed)
    {
        var random = new Generator(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt(40) switch { 0 => float.NaN, < 16 => 0f, < 32 => -0f, < 34 => random.NextSingle(), _ => -random.NextSingle() })];
    }
}
