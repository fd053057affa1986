using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

/// <summary>Norms and softmax over rows: every path and number of threads against the scalar lanes, and those against the formulas in double precision.</summary>
[Collection(nameof(KernelSettings))]
public sealed class RowTests : KernelSettings
{
    /// <summary>Around sixteen lanes, and rows enough for several bands and for another thread.</summary>
    static readonly (int Rows, int Width)[] s_sizes = [(1, 1), (3, 5), (2, 16), (5, 17), (300, 128), (1000, 37)];

    [Theory, MemberData(nameof(Paths))]
    public void Rows_have_the_same_bits_on_every_path_and_with_any_threads(string path)
    {
        foreach (var (rows, width) in s_sizes)
        {
            KernelPath.Current = "scalar";
            Workers.Count = 1;
            float[] expected = Step(rows, width);
            KernelPath.Current = path;
            Assert.Equal(expected, Step(rows, width));
            Workers.Count = 3;
            Assert.Equal(expected, Step(rows, width));
        }

        static float[] Step(int rows, int width)
        {
            Tensor x = GradientCheck.Draw([rows, width], 1), scale = GradientCheck.Draw([width], 2), shift = GradientCheck.Draw([width], 3), weight = GradientCheck.Draw([rows, width], 4);
            x.RequiresGradient = scale.RequiresGradient = shift.RequiresGradient = true;
            using var tape = Tape.Start();
            var y = x.LayerNorm(scale, shift).Gelu();
            tape.Backward(((y.Softmax() + (y * 3).LogSoftmax() + x) * weight).Sum());
            return [.. y.Values, .. x.Gradient!.Values, .. scale.Gradient!.Values, .. shift.Gradient!.Values];
        }
    }

    [Fact]
    public void Gradients_of_a_norm_are_those_of_its_formula_over_many_rows()
    {
        const int rows = 1000, width = 37;
        const double epsilon = 1e-5;
        Tensor x = GradientCheck.Draw([rows, width], 1), scale = GradientCheck.Draw([width], 2), shift = GradientCheck.Draw([width], 3), weight = GradientCheck.Draw([rows, width], 4);
        x.RequiresGradient = scale.RequiresGradient = shift.RequiresGradient = true;
        using var tape = Tape.Start();
        tape.Backward((x.LayerNorm(scale, shift) * weight).Sum());

        double[] dScale = new double[width], dShift = new double[width];
        for (int row = 0; row < rows; row++)
        {
            double[] numbers = [.. x.Values.Slice(row * width, width).ToArray().Select(v => (double)v)], dy = [.. weight.Values.Slice(row * width, width).ToArray().Select(v => (double)v)];
            double mean = numbers.Average(), narrow = 1 / Math.Sqrt(numbers.Average(v => (v - mean) * (v - mean)) + epsilon);
            double[] n = [.. numbers.Select(v => (v - mean) * narrow)], g = [.. dy.Select((d, i) => d * scale.Values[i])];
            double middle = g.Average(), along = g.Zip(n, (a, b) => a * b).Average();
            for (int i = 0; i < width; i++)
            {
                Assert.Equal(narrow * (g[i] - middle - (n[i] * along)), x.Gradient!.Values[(row * width) + i], 2e-5 * narrow);
                dScale[i] += dy[i] * n[i];
                dShift[i] += dy[i];
            }
        }

        for (int i = 0; i < width; i++)
        {
            Assert.Equal(dScale[i], scale.Gradient!.Values[i], 2e-4);
            Assert.Equal(dShift[i], shift.Gradient!.Values[i], 2e-4);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Softmax_is_that_of_its_formula_and_zero_where_nothing_is_let_through(string path)
    {
        KernelPath.Current = path;
        float[] x = [.. GradientCheck.Draw(45, 1).Select(v => 30 * v)], y = new float[45];
        (x[3], x[40]) = (float.NegativeInfinity, -500);
        SoftmaxKernel.Apply(x, y, 45);
        double largest = x.Max(), sum = x.Sum(v => Math.Exp(v - largest));
        for (int i = 0; i < x.Length; i++) Assert.Equal(Math.Exp(x[i] - largest) / sum, y[i], 4e-7);
        Assert.Equal((0f, 0f), (y[3], y[40]));
        x[7] = float.NaN;
        SoftmaxKernel.Apply(x, y, 45);
        Assert.All(y, value => Assert.True(float.IsNaN(value)));
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_slope_of_Gelu_is_that_of_its_formula_everywhere(string path)
    {
        KernelPath.Current = path;
        Tensor x = Tensor.Of([0, -0f, 1e-38f, -1e-31f, 1e-20f, -1e-5f, .. Enumerable.Range(-400, 801).Select(i => i / 40f), -14, 14, -30, 30], 811);
        x.RequiresGradient = true;
        using var tape = Tape.Start();
        tape.Backward(x.Gelu().Sum());
        for (int i = 0; i < x.Length; i++)
        {
            double v = x.Values[i];
            Assert.Equal(Phi(v) + (v * Math.Exp(-v * v / 2) / Math.Sqrt(2 * Math.PI)), x.Gradient!.Values[i], 6e-7);
        }

        static double Phi(double x)
        {
            double sum = 0, term = x;   // the series of ∫ e^(−t²/2), which for |x| > 6 is 0 or 1
            for (int n = 1; n < 200; n++) (sum, term) = (sum + term, term * x * x / ((2 * n) + 1));
            return x < -6 ? 0 : x > 6 ? 1 : 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
        }
    }
}
