using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

[Collection(nameof(KernelSettings))]
public sealed class GemmTests : KernelSettings
{
    /// <summary>Around every tile height (1, 2, 4, 6, 8, 12) and width (2, 8, 16, 32), and around the block depth (256).</summary>
    static readonly int[] s_rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 24, 25, 49, 61], s_columns = [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65], s_depths = [0, 1, 2, 5, 33];

    [Theory, MemberData(nameof(Paths))]
    public void Product_on_every_path_has_the_bits_of_the_plain_loop_at_all_tile_edges(string path)
    {
        KernelPath.Current = path;
        foreach (int m in s_rows)
            foreach (int n in s_columns)
                foreach (int k in s_depths)
                    Check(m, n, k, (m + n + k) % 3, (m ^ n ^ k) % 4);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Product_deeper_than_a_block_has_the_bits_of_the_plain_loop(string path)
    {
        KernelPath.Current = path;
        foreach (int k in new[] { 255, 256, 257, 600 })
            for (int start = 0; start < 3; start++)
                Check(14, 35, k, start, start);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Product_of_rows_far_apart_has_the_bits_of_the_plain_loop(string path)
    {
        KernelPath.Current = path;
        Check(250, 130, 520, 0, 0);
        Check(520, 130, 260, 1, 1);
        Check(13, 129, 513, 2, 2);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Product_of_a_transposed_left_side_in_strips_has_the_bits_of_the_plain_loop(string path)
    {
        KernelPath.Current = path;
        Check(250, 128, 300, 0, 1);
        Check(67, 160, 520, 2, 1);
        Workers.Count = 2;
        Check(131, 128, 600, 1, 1);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Product_split_among_threads_has_the_bits_of_the_plain_loop(string path)
    {
        KernelPath.Current = path;
        Workers.Count = 3;
        Check(130, 100, 90, 0, 3);
        Check(1, 1030, 520, 1, 1);
        Check(260, 33, 70, 2, 2);
        Check(5, 5, 40_000, 2, 2);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Product_that_sums_its_left_side_has_the_bits_of_product_and_sum(string path)
    {
        KernelPath.Current = path;
        foreach (var (m, n, k, threads) in new[] { (250, 128, 603, 1), (67, 160, 520, 2), (9, 5, 3, 1), (1, 1, 1, 1), (7, 33, 0, 1), (300, 40, 1030, 3) })   // in strips, in several blocks of rows and of k, and neither
        {
            Workers.Count = threads;
            float[] a = GradientCheck.Draw(k * m, 1), b = GradientCheck.Draw(k * n, 2), product = GradientCheck.Draw(m * n, 3), sums = GradientCheck.Draw(m, 4);
            float[] expectedProduct = [.. product], expectedSums = [.. sums];
            Gemm.Multiply(new Matrix(a, k, m).Transposed, new Matrix(b, k, n), new(expectedProduct, m, n), accumulate: true);
            for (int row = 0; row < k; row++)
                for (int i = 0; i < m; i++) expectedSums[i] += a[(row * m) + i];
            Gemm.MultiplyAndSum(new Matrix(a, k, m).Transposed, new Matrix(b, k, n), new(product, m, n), accumulate: true, sums);
            Assert.Equal(expectedProduct, product);
            Assert.Equal(expectedSums, sums);
        }
    }

    [Fact]
    public void A_row_alone_has_the_bits_it_has_in_any_batch()
    {
        const int most = 70, k = 300, n = 45;
        float[] a = GradientCheck.Draw(most * k, 1), b = GradientCheck.Draw(k * n, 2), whole = new float[most * n];
        Gemm.Multiply(new(a, most, k), new Matrix(b, k, n), new(whole, most, n));
        var packed = PackedMatrix.Pack(new(b, k, n));
        foreach (int m in new[] { 1, 2, 3, 7, 12, 13, 33, 64 })
            for (int first = 0; first + m <= most; first += 5)
            {
                float[] part = new float[m * n];
                Gemm.Multiply(new(a.AsSpan(first * k, m * k), m, k), new Matrix(b, k, n), new(part, m, n));
                Assert.Equal<float>(whole.AsSpan(first * n, m * n).ToArray(), part);
                Gemm.Multiply(new(a.AsSpan(first * k, m * k), m, k), packed, new(part, m, n));
                Assert.Equal<float>(whole.AsSpan(first * n, m * n).ToArray(), part);
            }
    }

    [Fact]
    public void A_packed_matrix_stays_on_the_path_it_was_packed_for()
    {
        float[] a = GradientCheck.Draw(15, 1), b = GradientCheck.Draw(35, 2), before = new float[21], after = new float[21];
        var packed = PackedMatrix.Pack(new Matrix(b, 7, 5).Transposed);
        Gemm.Multiply(new(a, 3, 5), packed, new(before, 3, 7));
        KernelPath.Current = "scalar";
        Gemm.Multiply(new(a, 3, 5), packed, new(after, 3, 7));
        Assert.Equal(before, after);
    }

    [Theory, MemberData(nameof(Paths))]
    public void An_activation_in_the_product_gives_what_it_gives_alone(string path)
    {
        KernelPath.Current = path;
        float[] a = GradientCheck.Draw(13 * 300, 1), b = GradientCheck.Draw(300 * 37, 2), plain = new float[13 * 37], fused = new float[13 * 37];
        Gemm.Multiply(new(a, 13, 300), new Matrix(b, 300, 37), new(plain, 13, 37));
        foreach (var activation in Enum.GetValues<Activation>())
        {
            Gemm.Multiply(new(a, 13, 300), new Matrix(b, 300, 37), new(fused, 13, 37), activation: activation);
            float[] expected = new float[plain.Length];
            VectorMath.Apply(activation, plain, expected);
            Assert.Equal(expected, fused);
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_named_with_the_way_out()
    {
        var error = Assert.Throws<ShapeException>(() => Gemm.Multiply(new(new float[6], 2, 3), new Matrix(new float[8], 4, 2), new(new float[4], 2, 2)));
        Assert.Equal("Gemm: the inner sizes differ: left [2, 3] ends in 3, right [4, 2] begins with 4; expected equal inner sizes. Transpose one side, or check the layer that made it.", error.Message);
    }

    /// <summary>One product against the definition: k after k, each rounded once.</summary>
    /// <param name="start">0: from nothing; 1: from a bias; 2: from what is there.</param>
    /// <param name="transposed">Bit 0: a lies transposed; bit 1: b does.</param>
    static void Check(int m, int n, int k, int start, int transposed)
    {
        float[] a = GradientCheck.Draw(m * k, 1), b = GradientCheck.Draw(k * n, 2), bias = GradientCheck.Draw(n, 3);
        int wide = n + 3;   // the target is a band of a wider matrix: what lies beside it must stay
        float[] c = GradientCheck.Draw(m * wide, 4), expected = [.. c];
        bool aTransposed = (transposed & 1) != 0, bTransposed = (transposed & 2) != 0;
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
            {
                float sum = start == 0 ? 0 : start == 1 ? bias[j] : c[(i * wide) + j];
                for (int l = 0; l < k; l++)
                    sum = MathF.FusedMultiplyAdd(a[aTransposed ? (l * m) + i : (i * k) + l], b[bTransposed ? (j * k) + l : (l * n) + j], sum);
                expected[(i * wide) + j] = sum;
            }

        var left = aTransposed ? new Matrix(a, k, m).Transposed : new Matrix(a, m, k);
        var right = bTransposed ? new Matrix(b, n, k).Transposed : new Matrix(b, k, n);
        float[] packedTarget = [.. c];
        Gemm.Multiply(left, right, new(c, m, n, wide), accumulate: start == 2, bias: start == 1 ? bias : default);
        Assert.True(expected.AsSpan().SequenceEqual(c), $"{m} × {n} × {k}, start {start}, transposed {transposed}");
        Gemm.Multiply(left, PackedMatrix.Pack(right), new(packedTarget, m, n, wide), accumulate: start == 2, bias: start == 1 ? bias : default);
        Assert.True(expected.AsSpan().SequenceEqual(packedTarget), $"packed {m} × {n} × {k}, start {start}, transposed {transposed}");
    }
}
