using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

[Collection(nameof(KernelSettings))]
public sealed class VectorTests : KernelSettings
{
    static readonly int[] s_lengths = [0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100];

    [Theory, MemberData(nameof(Paths))]
    public void Every_activation_has_the_bits_of_the_scalar_path_at_every_length(string path)
    {
        foreach (var activation in Enum.GetValues<Activation>())
            foreach (int length in s_lengths)
            {
                float[] x = GradientCheck.Draw(length, 7), expected = new float[length], found = new float[length];
                KernelPath.Current = "scalar";
                VectorMath.Apply(activation, x, expected);
                KernelPath.Current = path;
                VectorMath.Apply(activation, x, found);
                Assert.Equal(expected, found);
            }
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_training_step_has_the_same_bits_on_every_path(string path)
    {
        KernelPath.Current = "scalar";
        float[] expected = Step();
        KernelPath.Current = path;
        Assert.Equal(expected, Step());

        static float[] Step()
        {
            var x = GradientCheck.Draw([5, 4, 3], 1);
            Tensor[] parameters = [GradientCheck.Draw([44, 3], 2), GradientCheck.Draw([44, 11], 3), GradientCheck.Draw([44], 4), GradientCheck.Draw([6, 11], 5), GradientCheck.Draw([6], 6)];
            foreach (var parameter in parameters) parameter.RequiresGradient = true;
            using var tape = Tape.Start();
            var h = x.Lstm(parameters[0], parameters[1], parameters[2]).LastStep();
            var y = (h.Linear(parameters[3], parameters[4]).Gelu() * 3).LogSoftmax();
            var loss = y.CrossEntropy(new[] { 0, 1, 2, 3, 4 }) + y.Softmax().MeanSquaredError(Tensor.Zeros(5, 6));
            tape.Backward(loss);
            return [loss.Item, .. parameters.SelectMany(p => p.Gradient!.Values.ToArray())];
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_step_through_attention_and_a_GRU_has_the_same_bits_on_every_path_and_with_any_threads(string path)
    {
        KernelPath.Current = "scalar";
        float[] expected = Step();
        KernelPath.Current = path;
        Assert.Equal(expected, Step());
        Workers.Count = 3;
        Assert.Equal(expected, Step());

        static float[] Step()
        {
            Tensor[] parameters =
            [
                GradientCheck.Draw([11, 42], 1), GradientCheck.Draw([3, 42, 19], 2), GradientCheck.Draw([19, 19], 3),
                GradientCheck.Draw([57, 19], 4), GradientCheck.Draw([57, 19], 5), GradientCheck.Draw([57], 6), GradientCheck.Draw([57], 7),
            ];
            foreach (var parameter in parameters) parameter.RequiresGradient = true;
            using var tape = Tape.Start();
            var x = parameters[0].Gather(0, Tensor.OfIndices([.. Enumerable.Range(0, 3 * 37).Select(i => i * i % 11L)], 3, 37));
            var n = x.LayerNorm(parameters[2].Select(0, 0).Concat(0, parameters[2].Select(0, 1), parameters[2].Select(0, 2).Slice(0, ..4)), parameters[0].Select(0, 3));
            var y = n.Attention(x, x.GeluTanh(), heads: 3, causal: true).MatMul(parameters[1]).MatMul(parameters[2]).Gru(parameters[3], parameters[4], parameters[5], parameters[6]);
            var loss = (y.Permute(1, 0, 2).Mean([0]).Slice(1, 1..18, 2) * y.Sum([1], keep: true).Max(-1, keep: true).Reshape(3, 1)).Sum();
            tape.Backward(loss);
            return [loss.Item, .. y.Values, .. parameters.SelectMany(p => p.Gradient!.Values.ToArray())];
        }
    }

    [Fact]
    public void A_steady_step_through_attention_and_views_allocates_nothing()
    {
        Tensor table = GradientCheck.Draw([50, 32], 1), weight = GradientCheck.Draw([32, 32], 2), tokens = Tensor.OfIndices([.. Enumerable.Range(0, 640).Select(i => i % 50L)], 32, 20);
        table.RequiresGradient = weight.RequiresGradient = true;
        var tape = new Tape();
        for (int i = 0; i < 3; i++) Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Step()
        {
            using var running = tape.Restart();
            var x = table.Gather(0, tokens);
            running.Backward(x.Attention(x.Linear(weight), x, heads: 4, causal: true).Slice(1, ..10).Permute(1, 0, 2).Mean([0]).Sum());
        }
    }

    [Fact]
    public void Exp_stays_within_two_units_in_the_last_place()
    {
        AssertClose(-87.3f, 88.7f, VectorMath.Exp, Math.Exp, relative: 2 * UnitInLastPlace);
        float[] ends = [-200, -104.5f, 89, 200, float.NegativeInfinity, float.PositiveInfinity, float.NaN, 0, -0f];
        VectorMath.Exp(ends, ends);
        Assert.Equal([0, 0, float.PositiveInfinity, float.PositiveInfinity, 0, float.PositiveInfinity, float.NaN, 1, 1], ends);
    }

    [Fact]
    public void Sigmoid_stays_within_three_units_in_the_last_place() =>
        AssertClose(-85, 85, (x, y) => VectorMath.Apply(Activation.Sigmoid, x, y), x => 1 / (1 + Math.Exp(-x)), relative: 3 * UnitInLastPlace);

    [Fact]
    public void Tanh_stays_within_its_error() =>
        AssertClose(-20, 20, (x, y) => VectorMath.Apply(Activation.Tanh, x, y), Math.Tanh, relative: 4e-7);

    [Fact]
    public void Gelu_stays_within_its_error_of_the_larger_of_x_and_1() =>
        AssertNear(-12, 12, (x, y) => VectorMath.Apply(Activation.Gelu, x, y), x => x * 0.5 * Erfc(-x / Math.Sqrt(2)), x => 4e-7 * Math.Max(1, Math.Abs(x)));

    [Fact]
    public void The_tanh_form_of_Gelu_stays_within_its_error_of_the_larger_of_x_and_1() =>
        AssertNear(-12, 12, (x, y) => VectorMath.Apply(Activation.GeluTanh, x, y), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), x => 4e-7 * Math.Max(1, Math.Abs(x)));

    [Fact]
    public void The_error_function_stays_within_its_error_over_its_whole_range() =>
        AssertNear(-6, 6, VectorMath.Erf, x => 1 - Erfc(x), _ => 6e-7);

    [Theory, MemberData(nameof(Paths))]
    public void The_logarithm_of_1_and_a_little_stays_within_its_error(string path)
    {
        KernelPath.Current = path;
        AssertClose(0, 1, (x, y) => VectorMath.Map(default(NearOne), x, y), x => x < 1e-4 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x), relative: 2.5e-7);
        float[] small = [0, 1e-38f, 1e-20f, 1e-7f], found = new float[4];
        VectorMath.Map(default(NearOne), small, found);
        for (int i = 0; i < small.Length; i++) Assert.Equal(small[i], found[i], 2.5e-7 * small[i]);
    }

    readonly struct NearOne : IFunction
    {
        public V Value<V>(V x) where V : struct, ILanes<V> => Approximation.Log1P(x);

        public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.Fill(1) / (V.Fill(1) + x);
    }

    [Fact]
    public void The_error_function_has_its_tabulated_values()
    {
        // Abramowitz and Stegun 1964, table 7.1.
        float[] x = [0, 0.1f, 0.5f, 1, 1.5f, 2, 3, -1], y = new float[8];
        double[] expected = [0, 0.1124629160, 0.5204998778, 0.8427007929, 0.9661051465, 0.9953222650, 0.9999779095, -0.8427007929];
        VectorMath.Erf(x, y);
        for (int i = 0; i < x.Length; i++) Assert.Equal(expected[i], y[i], 6e-7);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Updates_do_what_their_formulas_say(string path)
    {
        KernelPath.Current = path;
        float[] x = [.. Enumerable.Range(0, 37).Select(i => (float)i)], y = [.. x.Select(v => 1 - v)];
        Updates.AddScaled(2, x, y);
        Assert.Equal(x.Select(v => 1 + v), y);
        Updates.Scale(0.5f, y);
        Assert.Equal(x.Select(v => 0.5f + (v / 2)), y);
        Assert.Equal(37 * 36 * 73 / 6, Updates.SumOfSquares(x));

        float[] velocity = [1, 2], parameters = [10, 10];
        SgdUpdate.Run(new(0.1f, 0.5f), [3, 4], velocity, parameters);
        Assert.Equal([3.5f, 5], velocity);
        Assert.Equal([9.65f, 9.5f], parameters);
        SgdUpdate.Run(new(0.5f, 0.5f, Nesterov: true, Decay: 2), [1, 3], velocity = [2, 4], parameters = [1, 2]);   // g′ = 3, 7
        Assert.Equal([4, 9], velocity);
        Assert.Equal([1 - (0.5f * 5), 2 - (0.5f * 11.5f)], parameters);
        Assert.Throws<ArgumentException>(() => SgdUpdate.Run(new(1, 0), x, new float[37], new float[36]));
        Assert.Throws<ArgumentException>(() => Updates.AddScaled(1, x, new float[3]));
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_step_of_descent_has_the_bits_of_its_parts_one_after_the_other_on_every_path_and_with_any_threads(string path)
    {
        foreach (int length in new[] { 19, 70_001 })
            foreach (var (nesterov, decay) in new[] { (false, 0f), (true, 0f), (false, 0.1f), (true, 0.1f) })
            {
                float[] gradient = GradientCheck.Draw(length, 1), velocity = GradientCheck.Draw(length, 2), weights = GradientCheck.Draw(length, 3), plain = [.. gradient], expectedVelocity = [.. velocity], expected = [.. weights];
                KernelPath.Current = "scalar";
                Workers.Count = 1;
                if (decay != 0) Updates.AddScaled(decay, expected, plain);
                Updates.Scale(0.9f, expectedVelocity);
                Updates.AddScaled(1, plain, expectedVelocity);
                if (nesterov) Updates.AddScaled(-0.01f, plain, expected);
                Updates.AddScaled(nesterov ? -0.01f * 0.9f : -0.01f, expectedVelocity, expected);
                KernelPath.Current = path;
                Workers.Count = 3;
                SgdUpdate.Run(new(0.01f, 0.9f, nesterov, decay), gradient, velocity, weights);
                Assert.True(velocity.AsSpan().SequenceEqual(expectedVelocity) && weights.AsSpan().SequenceEqual(expected), $"{length} numbers, Nesterov {nesterov}, decay {decay}");
            }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Steps_of_Adam_and_RMSprop_have_the_same_bits_on_every_path_and_with_any_threads(string path)
    {
        foreach (int length in new[] { 1, 19, 70_001 })
        {
            KernelPath.Current = "scalar";
            Workers.Count = 1;
            float[] expected = Steps(length);
            KernelPath.Current = path;
            Workers.Count = 3;
            Assert.True(Steps(length).AsSpan().SequenceEqual(expected), $"{length} numbers");
        }

        static float[] Steps(int length)
        {
            float[] gradient = GradientCheck.Draw(length, 1), first = new float[length], second = new float[length], weights = GradientCheck.Draw(length, 2), squares = new float[length], velocity = new float[length], others = GradientCheck.Draw(length, 3);
            for (int step = 1; step <= 2; step++)
            {
                AdamUpdate.Run(new(0.01f, 0.9f, 0.999f, 1e-8f, 1 - MathF.Pow(0.9f, step), 1 - MathF.Pow(0.999f, step), Decay: 0.1f), gradient, first, second, weights);
                RmsPropUpdate.Run(new(0.01f, 0.99f, 0.9f, 1e-8f), gradient, squares, velocity, others);
            }

            return [.. first, .. second, .. weights, .. squares, .. velocity, .. others];
        }
    }

    [Fact]
    public void Not_a_number_stays_so_in_every_activation()
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            float[] x = [float.NaN, 1, float.NaN], y = new float[3];
            VectorMath.Apply(activation, x, y);
            Assert.True(float.IsNaN(y[0]) && float.IsNaN(y[2]) && !float.IsNaN(y[1]), activation.ToString());
        }
    }

    const double UnitInLastPlace = 1.0 / (1 << 23);

    delegate void Function(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>1 − erf x in double precision: the series of erf near 0 (Abramowitz and Stegun 7.1.6), the continued fraction beyond (7.1.14).</summary>
    static double Erfc(double x)
    {
        if (x < 0) return 2 - Erfc(-x);
        if (x < 2.5)
        {
            double sum = 0, term = x;
            for (int n = 0; n < 80; n++) (sum, term) = (sum + term, term * 2 * x * x / ((2 * n) + 3));
            return 1 - (2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum);
        }

        double fraction = x;
        for (int n = 120; n >= 1; n--) fraction = x + (n / 2.0 / fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }

    static void AssertNear(float from, float to, Function f, Func<double, double> exact, Func<double, double> allowed)
    {
        const int count = 100_001;
        float[] x = new float[count], y = new float[count];
        for (int i = 0; i < count; i++) x[i] = from + ((to - from) * (i / (float)(count - 1)));
        f(x, y);
        double worst = 0, at = 0;
        for (int i = 0; i < count; i++)
            if (Math.Abs(y[i] - exact(x[i])) / allowed(x[i]) is var share && share > worst) (worst, at) = (share, x[i]);
        Assert.True(worst <= 1, $"{worst:F3} of the allowed error at {at}");
    }

    static void AssertClose(float from, float to, Function f, Func<double, double> exact, double relative)
    {
        const int count = 200_001;
        float[] x = new float[count], y = new float[count];
        for (int i = 0; i < count; i++) x[i] = from + ((to - from) * (i / (float)(count - 1)));
        f(x, y);
        double worst = 0, at = 0;
        for (int i = 0; i < count; i++)
        {
            double expected = exact(x[i]);
            double error = expected == 0 ? Math.Abs(y[i]) : Math.Abs((y[i] - expected) / expected);
            if (error > worst) (worst, at) = (error, x[i]);
        }

        Assert.True(worst <= relative, $"relative error {worst:E2} at {at}, allowed {relative:E2}");
    }
}
