using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

[Collection(nameof(KernelSettings))]
public sealed class WinogradTests : KernelSettings
{
    /// <summary>Whole squares and cut ones, rows of many and of few, more panels than one, margins of every kind, more channels than a block; then images for small squares.</summary>
    static readonly ConvolutionSizes[] s_large =
    [
        new(1, 16, 16, 16, 3) { Before = 1, After = 1 },
        new(2, 17, (13, 22), 23, 3) { Before = 1, After = 1 },
        new(1, 32, (22, 31), 40, 3),
        new(1, 16, (9, 50), 18, 3) { Before = (0, 2), After = (2, 0) },
        new(1, 270, (12, 16), 16, 3) { Before = 1, After = 1 },
    ];

    static readonly ConvolutionSizes[] s_small =
    [
        new(1, 16, 7, 16, 3) { Before = 1, After = 1 },
        new(3, 270, 7, 20, 3) { Before = 1, After = 1 },
        new(1, 32, (8, 11), 19, 3),
    ];

    [Theory, MemberData(nameof(Paths))]
    public void Large_squares_stay_within_their_error_of_the_sum_in_double_precision(string path) => AssertClose(path, s_large, 4e-6);

    [Theory, MemberData(nameof(Paths))]
    public void Small_squares_stay_within_their_error_of_the_sum_in_double_precision(string path) => AssertClose(path, s_small, 1e-6);

    [Theory, MemberData(nameof(Paths))]
    public void An_image_has_the_same_bits_alone_on_every_path_and_with_any_number_of_threads(string path)
    {
        foreach (var alone in (ConvolutionSizes[])[.. s_large, .. s_small])
        {
            var many = alone with { Batch = 5 };
            float[] w = GradientCheck.Draw(alone.Outputs * alone.Depth, 2), x = GradientCheck.Draw(many.Batch * many.Inputs * many.ImageLength, 1);
            var one = alone with { Batch = 1 };
            float[] y = new float[many.Batch * many.Outputs * many.ResultLength], expected = new float[y.Length / many.Batch];
            int from = 4 * x.Length / many.Batch;
            KernelPath.Current = "scalar";
            Workers.Count = 1;
            using (var filters = PackedFilters.Pack(one, w)) filters.Run(one, x.AsSpan(from, x.Length / many.Batch), expected, Activation.Relu);
            KernelPath.Current = path;
            using var fast = PackedFilters.Pack(many, w);
            foreach (int threads in new[] { 1, 3 })
            {
                Workers.Count = threads;
                fast.Run(many, x, y, Activation.Relu);
                Assert.True(expected.AsSpan().SequenceEqual(y.AsSpan(4 * expected.Length, expected.Length)), $"{alone}, {threads} threads");
                Array.Clear(y);
                fast.Run(one, x.AsSpan(from, x.Length / many.Batch), y.AsSpan(0, expected.Length), Activation.Relu);
                Assert.True(expected.AsSpan().SequenceEqual(y.AsSpan(0, expected.Length)), $"alone {alone}, {threads} threads");
            }
        }
    }

    [Fact]
    public void Filters_answer_images_of_other_sizes_than_they_were_packed_for()
    {
        ConvolutionSizes packed = new(1, 16, 20, 16, 3) { Before = 1, After = 1 };
        float[] w = GradientCheck.Draw(packed.Outputs * packed.Depth, 2);
        using var filters = PackedFilters.Pack(packed, w);
        foreach (var sizes in (ConvolutionSizes[])[packed with { Image = 4 }, packed with { Image = 8 }, packed with { Stride = 2 }, packed])
        {
            float[] x = GradientCheck.Draw(sizes.Inputs * sizes.ImageLength, 1), y = new float[sizes.Outputs * sizes.ResultLength], expected = new float[y.Length];
            Convolution.Run(sizes, x, w, [], expected);
            filters.Run(sizes, x, y);
            for (int i = 0; i < y.Length; i++) Assert.Equal(expected[i], y[i], 1e-3f);
        }

        var error = Assert.Throws<ShapeException>(() => filters.Run(packed with { Inputs = 17 }, [], []));
        Assert.Contains("as packed", error.Message);
        Assert.Throws<ShapeException>(() => PackedFilters.Pack(packed, w.AsSpan(1)));
        filters.Dispose();
        Assert.Throws<ObjectDisposedException>(() => filters.Run(packed, new float[16 * 400], new float[16 * 400]));
    }

    static void AssertClose(string path, ConvolutionSizes[] all, double allowed)
    {
        KernelPath.Current = path;
        foreach (var sizes in all)
        {
            float[] x = GradientCheck.Draw(sizes.Batch * sizes.Inputs * sizes.ImageLength, 1), w = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 2), bias = GradientCheck.Draw(sizes.Outputs, 3);
            float[] y = new float[sizes.Batch * sizes.Outputs * sizes.ResultLength], exact = new float[y.Length], added = new float[y.Length], addend = GradientCheck.Draw(y.Length, 4);
            using (var filters = PackedFilters.Pack(sizes, w, bias))
            {
                filters.Run(sizes, x, y);
                filters.Run(sizes, x, added, Activation.Relu, addend);
            }

            using (var filters = PackedFilters.Pack(sizes, w, bias, exact: true)) filters.Run(sizes, x, exact);
            Assert.False(exact.AsSpan().SequenceEqual(y), $"{sizes} did not go this way");
            double worst = 0;
            for (int at = 0; at < y.Length; at++)
            {
                var (sum, magnitude) = Sum(sizes, x, w, bias, at);
                worst = Math.Max(worst, Math.Abs(y[at] - sum) / magnitude);
                Assert.Equal(MathF.Max(y[at] + addend[at], 0), added[at]);
            }

            Assert.True(worst <= allowed, $"{sizes}: {worst:E2} of the sum of the absolute products, allowed {allowed:E2}");
        }
    }

    /// <summary>One number of y in double precision, and the sum of the absolute products.</summary>
    static (double Sum, double Magnitude) Sum(ConvolutionSizes sizes, float[] x, float[] w, float[] bias, int at)
    {
        int window = at % sizes.ResultLength, o = at / sizes.ResultLength % sizes.Outputs, image = at / sizes.ResultLength / sizes.Outputs;
        double sum = bias[o], magnitude = Math.Abs(sum);
        for (int k = 0; k < sizes.Depth; k++)
        {
            int row = (window / sizes.Result.Width) + (k / 3 % 3) - sizes.Before.Height, column = (window % sizes.Result.Width) + (k % 3) - sizes.Before.Width;
            if (row < 0 || column < 0 || row >= sizes.Image.Height || column >= sizes.Image.Width) continue;
            double product = (double)w[(o * sizes.Depth) + k] * x[(((((image * sizes.Inputs) + (k / 9)) * sizes.Image.Height) + row) * sizes.Image.Width) + column];
            sum += product;
            magnitude += Math.Abs(product);
        }

        return (sum, magnitude);
    }
}
