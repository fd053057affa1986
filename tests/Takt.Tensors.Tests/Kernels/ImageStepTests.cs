using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

/// <summary>A training step of an image network: convolutions, norms and poolings together.</summary>
[Collection(nameof(KernelSettings))]
public sealed class ImageStepTests : KernelSettings
{
    [Theory, MemberData(nameof(Paths))]
    public void A_training_step_has_the_same_bits_on_every_path_and_with_any_number_of_threads(string path)
    {
        KernelPath.Current = "scalar";
        Workers.Count = 1;
        float[] expected = Step(new());
        KernelPath.Current = path;
        Workers.Count = 3;
        Assert.Equal(expected, Step(new()));
    }

    [Theory, MemberData(nameof(Paths))]
    public void Windows_of_two_by_two_have_the_bits_of_the_loop_for_all_windows(string path)
    {
        KernelPath.Current = path;
        foreach (var (height, width) in new[] { (4, 10), (5, 12), (2, 2), (8, 17) })
        {
            // A margin of one pixel below and right that no window reaches makes the sizes go the general way.
            PoolingSizes fast = new(3, (height, width), 2), general = fast with { After = (height % 2 == 0 ? 1 : 0, width % 2 == 0 ? 1 : 0) };
            float[] x = GradientCheck.Draw(3 * height * width, 1), y = new float[3 * fast.ResultLength], dy = GradientCheck.Draw(y.Length, 2);
            float[] same = new float[y.Length], dx = new float[x.Length], again = new float[x.Length];
            Compare(default(Largest));
            Compare(default(Average));

            void Compare<TPool>(TPool pool) where TPool : struct, IPool
            {
                Pooling.Run(pool, fast, x, y);
                Pooling.Run(pool, general, x, same);
                Assert.Equal(same, y);
                Pooling.AddSlope(pool, fast, x, y, dy, dx, accumulate: false);
                Pooling.AddSlope(pool, general, x, y, dy, again, accumulate: false);
                Assert.Equal(again, dx);
                Pooling.AddSlope(pool, fast, x, y, dy, dx, accumulate: true);
                Pooling.AddSlope(pool, general, x, y, dy, again, accumulate: true);
                Assert.Equal(again, dx);
            }
        }
    }

    [Fact]
    public void The_largest_of_bytes_is_the_largest_of_their_values()
    {
        var random = new Generator(3);
        foreach (var sizes in new PoolingSizes[]
        {
            new(5, (6, 70), 2), new(3, (7, 9), 3) { Stride = 1, Before = 1, After = 1 }, new(2, (11, 90), (3, 2)) { Stride = (2, 3), Before = (1, 0), After = (2, 1) }, new(64, 33, 3) { Stride = 2, Before = 1 }, new(2, (1, 5), (1, 5)),
        })
        {
            byte[] x = [.. Enumerable.Range(0, sizes.Planes * sizes.ImageLength).Select(_ => (byte)random.NextInt(256))], y = new byte[sizes.Planes * sizes.ResultLength];
            sbyte[] signed = [.. x.Select(v => (sbyte)(v - 128))], found = new sbyte[y.Length];
            float[] expected = new float[y.Length];
            Pooling.Max(sizes, [.. x.Select(v => (float)v)], expected);
            Pooling.Max<byte>(sizes, x, y);
            Assert.Equal(expected, y.Select(v => (float)v));
            Pooling.Max<sbyte>(sizes, signed, found);
            Assert.Equal(expected, found.Select(v => v + 128f));
        }
    }

    [Fact]
    public void What_is_not_a_number_stays_so_in_the_largest()
    {
        float[] x = [1, 2, 3, float.NaN, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7], y = new float[4];
        Pooling.Max(new(1, (2, 8), 2), x, y);
        Assert.Equal([9, float.NaN, 6, 8], y);
    }

    [Fact]
    public void An_image_alone_has_the_bits_it_has_in_any_batch_in_evaluation()
    {
        var network = new Network();
        var x = GradientCheck.Draw([5, 2, 17, 19], 9);
        float[] whole = network.Forward(x, training: false).Values.ToArray();
        for (int image = 0; image < 5; image++)
        {
            var alone = Tensor.Of(x.Values.Slice(image * 2 * 17 * 19, 2 * 17 * 19), 1, 2, 17, 19);
            Assert.Equal(whole[(image * 3)..((image + 1) * 3)], network.Forward(alone, training: false).Values.ToArray());
        }
    }

    [Fact]
    public void A_steady_training_step_allocates_nothing()
    {
        Workers.Count = 1;
        var network = new Network();
        var x = GradientCheck.Draw([32, 2, 17, 19], 9);
        var tape = new Tape();
        int[] classes = new int[32];
        for (int i = 0; i < 3; i++) Step(network, x, tape, classes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step(network, x, tape, classes);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static float[] Step(Network network)
    {
        Step(network, GradientCheck.Draw([6, 2, 17, 19], 9), new Tape(), new int[6]);
        return [.. network.Parameters.SelectMany(p => p.Gradient!.Values.ToArray()), .. network.RunningMean.Values, .. network.RunningVariance.Values];
    }

    static void Step(Network network, Tensor x, Tape tape, int[] classes)
    {
        using var running = tape.Restart();
        running.Backward(network.Forward(x, training: true).CrossEntropy(classes));
    }

    sealed class Network
    {
        readonly Tensor _wide = GradientCheck.Draw([24, 2, 3, 3], 1), _bias = GradientCheck.Draw([24], 2), _scale = GradientCheck.Draw([24], 3), _shift = GradientCheck.Draw([24], 4);
        readonly Tensor _thin = GradientCheck.Draw([24, 1, 3, 3], 5), _scale2 = GradientCheck.Draw([24], 6), _shift2 = GradientCheck.Draw([24], 7), _mix = GradientCheck.Draw([12, 24, 1, 1], 8), _last = GradientCheck.Draw([3, 12], 10);
        readonly Tensor _norm = GradientCheck.Draw([12], 11), _norm2 = GradientCheck.Draw([12], 12);

        public Network()
        {
            foreach (var parameter in Parameters) parameter.RequiresGradient = true;
        }

        public Tensor RunningMean { get; } = Tensor.Zeros(24);

        public Tensor RunningVariance { get; } = Tensor.Ones(24);

        public Tensor[] Parameters => [_wide, _bias, _scale, _shift, _thin, _scale2, _shift2, _mix, _last, _norm, _norm2];

        public Tensor Forward(Tensor x, bool training)
        {
            var h = x.Conv2d(_wide, _bias, padding: 1).BatchNorm(_scale, _shift, RunningMean, RunningVariance, training).Relu().MaxPool2d(2);
            h = h.Conv2d(_thin, stride: 2, padding: 1, groups: 24).GroupNorm(4, _scale2, _shift2).Conv2d(_mix).AveragePool2d(2);
            var rows = h.GlobalAveragePool().Reshape(x.Shape[0], 12);
            return rows.LayerNorm(_norm, _norm2).RmsNorm(_norm).Linear(_last);
        }
    }
}
