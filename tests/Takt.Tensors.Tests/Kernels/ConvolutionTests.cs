using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

[Collection(nameof(KernelSettings))]
public sealed class ConvolutionTests : KernelSettings
{
    /// <summary>Rows of whole panels and others, deeper than a block, thin groups and thick ones, one pixel, windows apart, margins that cut off.</summary>
    static readonly ConvolutionSizes[] s_sizes =
    [
        new(2, 1, (9, 11), 5, 3),
        new(1, 3, (8, 32), 13, 3) { Before = 1, After = 1 },
        new(2, 40, (6, 7), 5, (3, 3)) { Before = 1, After = 1 },
        new(1, 300, (4, 5), 26, 1),
        new(1, 260, (12, 24), 140, 1),
        new(2, 4, (9, 10), 6, (3, 2)) { Stride = (2, 3), Before = (1, 0), After = (0, 2), Groups = 2 },
        new(1, 4, (12, 13), 4, 3) { Dilation = (2, 3), Groups = 4, Before = 2, After = 1 },
        new(2, 3, (7, 37), 6, 3) { Groups = 3, Stride = 2, Before = 1, After = 1 },
        new(3, 5, (1, 40), 7, (1, 5)) { Before = (0, 4) },
        new(1, 2, (5, 5), 3, 1) { Stride = 2, Before = -1, After = -1 },
        new(1, 8, (3, 3), 8, 3) { Groups = 2 },
        new(9, 2, (4, 4), 3, 2),
        new(1, 3, (30, 33), 20, 7) { Stride = 2, Before = 3, After = 3 },
        new(1, 40, (9, 9), 30, 3) { Before = 1, After = 1, Stride = 3 },
        new(2, 6, (11, 70), 6, 3) { Groups = 6, Before = 1, After = 1 },
        new(1, 7, (6, 6), 9, 1) { Stride = 2 },
        new(2, 1, (28, 28), 32, 3),
        new(1, 3, (33, 64), 16, 3) { Before = 1, After = 1 },
        new(1, 4, (21, 40), 10, (3, 2)) { Stride = (2, 3), Before = (1, 0), After = (0, 2), Groups = 2 },
        new(1, 2, (26, 31), 5, 3) { Dilation = (2, 3), Before = (1, -2), After = (-3, 1) },
        new(1, 2, (3, 700), 4, 2) { Before = (0, 1) },
    ];

    /// <summary>Ways that halve: strips of whole images and of parts, rows and columns left over, windows apart, both kinds of squares.</summary>
    static readonly ConvolutionSizes[] s_halving =
    [
        new(2, 1, (28, 28), 32, 3),
        new(1, 3, (64, 66), 16, 3) { Before = 1, After = (1, 0) },
        new(1, 3, (35, 47), 6, 5) { Before = 2, After = 2, Stride = 2 },
        new(1, 4, (15, 40), 10, (3, 2)) { Groups = 2 },
        new(2, 16, (16, 22), 23, 3) { Before = 1, After = 1 },
        new(1, 17, (13, 50), 18, 3),
        new(2, 16, 7, 20, 3) { Before = 1, After = 1 },
        new(1, 20, (8, 11), 16, 3) { Before = 1, After = 1 },
    ];

    [Theory, MemberData(nameof(Paths))]
    public void Convolution_on_every_path_has_the_bits_of_the_plain_loop(string path)
    {
        KernelPath.Current = path;
        foreach (var sizes in s_sizes)
            foreach (bool biased in new[] { true, false })
            {
                float[] x = GradientCheck.Draw(sizes.Batch * sizes.Inputs * sizes.ImageLength, 1), w = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 2), bias = biased ? GradientCheck.Draw(sizes.Outputs, 3) : [];
                float[] y = GradientCheck.Draw(sizes.Batch * sizes.Outputs * sizes.ResultLength, 4);
                Convolution.Run(sizes, x, w, bias, y);
                Assert.True(Plain(sizes, x, w, bias).AsSpan().SequenceEqual(y), $"{sizes}");
                float[] activated = new float[y.Length];
                VectorMath.Apply(Activation.Relu, y, y);
                Convolution.Run(sizes, x, w, bias, activated, Activation.Relu);
                Assert.True(y.AsSpan().SequenceEqual(activated), $"Relu {sizes}");
            }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Packed_filters_have_the_bits_of_the_plain_loop_and_add_before_they_activate(string path)
    {
        KernelPath.Current = path;
        foreach (var sizes in s_sizes)
        {
            float[] x = GradientCheck.Draw(sizes.Batch * sizes.Inputs * sizes.ImageLength, 1), w = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 2), bias = GradientCheck.Draw(sizes.Outputs, 3);
            float[] expected = Plain(sizes, x, w, bias), y = new float[expected.Length], addend = GradientCheck.Draw(y.Length, 4);
            using var filters = PackedFilters.Pack(sizes, w, bias);
            filters.Run(sizes, x, y);
            Assert.True(expected.AsSpan().SequenceEqual(y), $"{sizes}");
            for (int i = 0; i < y.Length; i++) expected[i] = MathF.Max(expected[i] + addend[i], 0);
            filters.Run(sizes, x, y, Activation.Relu, addend);
            Assert.True(expected.AsSpan().SequenceEqual(y), $"added {sizes}");
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_largest_of_two_by_two_has_the_bits_of_the_convolution_and_its_pooling(string path)
    {
        KernelPath.Current = path;
        foreach (var sizes in s_halving)
            foreach (var activation in new[] { Activation.Relu, Activation.Identity, Activation.Tanh })
            {
                float[] x = GradientCheck.Draw(sizes.Batch * sizes.Inputs * sizes.ImageLength, 1), w = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 2), bias = GradientCheck.Draw(sizes.Outputs, 3);
                PoolingSizes pool = new(sizes.Batch * sizes.Outputs, sizes.Result, 2);
                float[] whole = new float[pool.Planes * pool.ImageLength], expected = new float[pool.Planes * pool.ResultLength], y = GradientCheck.Draw(expected.Length, 4);
                using var filters = PackedFilters.Pack(sizes, w, bias);
                Assert.True(filters.CanHalve(sizes), $"{sizes}");
                filters.Run(sizes, x, whole, activation);
                Pooling.Max(pool, whole, expected);
                foreach (int threads in new[] { 1, 3 })
                {
                    Workers.Count = threads;
                    filters.RunHalving(sizes, x, y, activation);
                    Assert.True(expected.AsSpan().SequenceEqual(y), $"{activation} {sizes}, {threads} threads");
                }
            }
    }

    [Fact]
    public void What_is_not_a_number_stays_so_in_the_largest_of_two_by_two()
    {
        ConvolutionSizes sizes = new(1, 1, (4, 32), 4, (1, 1));
        float[] x = new float[4 * 32], y = new float[4 * 2 * 16];
        x[33] = float.NaN;
        using var filters = PackedFilters.Pack(sizes, [1, 2, 3, 4]);
        filters.RunHalving(sizes, x, y, Activation.Relu);
        for (int i = 0; i < y.Length; i++) Assert.Equal(i % 32 == 0, float.IsNaN(y[i]));
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_way_back_is_the_convolution_with_the_turned_kernel(string path)
    {
        KernelPath.Current = path;
        foreach (var sizes in s_sizes)
        {
            float[] dy = GradientCheck.Draw(sizes.Batch * sizes.Outputs * sizes.ResultLength, 1), w = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 2), turned = new float[w.Length];
            float[] dx = new float[sizes.Batch * sizes.Inputs * sizes.ImageLength];
            Assert.Equal(sizes.Image, sizes.Back.Result);
            Convolution.RunBack(sizes, dy, w, [], dx);
            Turning.Turn(sizes, w, turned);
            Assert.True(Plain(sizes.Back, dy, turned, []).AsSpan().SequenceEqual(dx), $"{sizes}");
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Weight_gradient_on_every_path_has_the_bits_of_the_plain_loop(string path)
    {
        KernelPath.Current = path;
        foreach (var sizes in s_sizes)
        {
            float[] x = GradientCheck.Draw(sizes.Batch * sizes.Inputs * sizes.ImageLength, 1), dy = GradientCheck.Draw(sizes.Batch * sizes.Outputs * sizes.ResultLength, 2);
            float[] dw = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 3), expected = [.. dw];
            int bundles = WeightGradient.Bundles(sizes);
            for (int o = 0; o < sizes.Outputs; o++)
                for (int k = 0; k < sizes.Depth; k++)
                {
                    float sum = 0;
                    for (int bundle = 0; bundle < bundles; bundle++)
                    {
                        float part = 0;
                        for (int image = sizes.Batch * bundle / bundles; image < sizes.Batch * (bundle + 1) / bundles; image++)
                            for (int window = 0; window < sizes.ResultLength; window++)
                                part = MathF.FusedMultiplyAdd(Pixel(sizes, x, image, o, k, window), dy[(((image * sizes.Outputs) + o) * sizes.ResultLength) + window], part);
                        sum = bundle == 0 ? part : sum + part;
                    }

                    expected[(o * sizes.Depth) + k] += sum;
                }

            Convolution.AddWeightGradient(sizes, x, dy, dw);
            Assert.True(expected.AsSpan().SequenceEqual(dw), $"{sizes}");
        }
    }

    [Fact]
    public void An_image_alone_has_the_bits_it_has_in_any_batch_and_with_any_number_of_threads()
    {
        ConvolutionSizes whole = new(6, 16, 24, 40, 3) { Before = 1, After = 1 }, alone = whole with { Batch = 1 };
        float[] x = GradientCheck.Draw(whole.Batch * whole.Inputs * whole.ImageLength, 1), w = GradientCheck.Draw(whole.Outputs * whole.Depth, 2), dw = new float[w.Length], again = new float[w.Length];
        float[] y = new float[whole.Batch * whole.Outputs * whole.ResultLength], one = new float[y.Length / whole.Batch];
        Workers.Count = 3;
        Convolution.Run(whole, x, w, [], y);
        Convolution.AddWeightGradient(whole, x, y, dw);
        for (int image = 0; image < whole.Batch; image++)
        {
            Workers.Count = 1 + (image % 3);
            Convolution.Run(alone, x.AsSpan(image * x.Length / whole.Batch, x.Length / whole.Batch), w, [], one);
            Assert.True(y.AsSpan(image * one.Length, one.Length).SequenceEqual(one));
        }

        Workers.Count = 1;
        Convolution.AddWeightGradient(whole, x, y, again);
        Assert.Equal(dw, again);
    }

    [Fact]
    public void Strips_of_an_image_have_the_same_bits_however_many_there_are()
    {
        ConvolutionSizes sizes = new(1, 3, (131, 130), 24, 3) { Before = 1, After = 1 };
        float[] x = GradientCheck.Draw(sizes.Inputs * sizes.ImageLength, 1), w = GradientCheck.Draw(sizes.Outputs * sizes.Depth, 2), expected = Plain(sizes, x, w, []), y = new float[expected.Length];
        foreach (int threads in new[] { 1, 2, 5, 40 })
        {
            Workers.Count = threads;
            Convolution.Run(sizes, x, w, [], y);
            Assert.True(expected.AsSpan().SequenceEqual(y), $"{threads} threads");
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_named_with_the_way_out()
    {
        var error = Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3, 8, 8).Conv2d(Tensor.Zeros(4, 2, 3, 3)));
        Assert.StartsWith("Conv2d: x [2, 3, 8, 8], weight [4, 2, 3, 3], 1 groups; expected x [batch, inputs, height, width]", error.Message);
        Assert.Contains("Pad more", Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3, 8, 8).Conv2d(Tensor.Zeros(4, 3, 9, 3))).Message);
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3, 8).Conv1d(Tensor.Zeros(4, 3, 3), stride: 0));
        Assert.Throws<ShapeException>(() => Tensor.Zeros(2, 3, 8, 8).ConvTranspose2d(Tensor.Zeros(3, 3, 3, 3), outputPadding: 1));
    }

    /// <summary>The definition: product after product, each rounded once.</summary>
    static float[] Plain(ConvolutionSizes sizes, float[] x, float[] w, float[] bias)
    {
        float[] y = new float[sizes.Batch * sizes.Outputs * sizes.ResultLength];
        for (int at = 0; at < y.Length; at++)
        {
            int window = at % sizes.ResultLength, o = at / sizes.ResultLength % sizes.Outputs, image = at / sizes.ResultLength / sizes.Outputs;
            float sum = bias.Length == 0 ? 0 : bias[o];
            for (int k = 0; k < sizes.Depth; k++) sum = MathF.FusedMultiplyAdd(w[(o * sizes.Depth) + k], Pixel(sizes, x, image, o, k, window), sum);
            y[at] = sum;
        }

        return y;
    }

    /// <summary>The pixel that product k of output o meets in a window; 0 outside the image and between its spread pixels.</summary>
    static float Pixel(ConvolutionSizes sizes, float[] x, int image, int o, int k, int window)
    {
        int v = k % sizes.Kernel.Width, u = k / sizes.Kernel.Width % sizes.Kernel.Height;
        int channel = (o / sizes.GroupOutputs * sizes.GroupInputs) + (k / sizes.Kernel.Width / sizes.Kernel.Height);
        int row = (window / sizes.Result.Width * sizes.Stride.Height) + (u * sizes.Dilation.Height) - sizes.Before.Height;
        int column = (window % sizes.Result.Width * sizes.Stride.Width) + (v * sizes.Dilation.Width) - sizes.Before.Width;
        if (row < 0 || column < 0 || row % sizes.Spread.Height != 0 || column % sizes.Spread.Width != 0) return 0;
        (row, column) = (row / sizes.Spread.Height, column / sizes.Spread.Width);
        return row < sizes.Image.Height && column < sizes.Image.Width ? x[(((((image * sizes.Inputs) + channel) * sizes.Image.Height) + row) * sizes.Image.Width) + column] : 0;
    }
}
