using System.Numerics;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Tests;

/// <summary>Integer products against the plain loop: equal, not close.</summary>
[Collection(nameof(KernelSettings))]
public sealed class IntegerTests : KernelSettings
{
    [Theory, MemberData(nameof(Paths))]
    public void Products_of_bytes_of_either_sign_are_exact_on_every_path(string path)
    {
        KernelPath.Current = path;
        foreach (var (m, n, k) in new[] { (1, 1, 1), (3, 17, 5), (4, 16, 2), (5, 33, 64), (49, 31, 7), (6, 8, 1031), (2, 3, 0), (130, 70, 600) })
        {
            Check<byte, sbyte>(m, n, k, byte.MinValue, sbyte.MinValue);
            Check<byte, byte>(m, n, k, byte.MinValue, byte.MinValue);
            Check<sbyte, sbyte>(m, n, k, sbyte.MinValue, sbyte.MinValue);
            Check<sbyte, byte>(m, n, k, sbyte.MinValue, byte.MinValue);
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_largest_numbers_of_all_do_not_saturate(string path)
    {
        KernelPath.Current = path;
        byte[] a = new byte[4 * 64];
        sbyte[] b = new sbyte[64 * 9];
        Array.Fill(a, byte.MaxValue);
        Array.Fill(b, sbyte.MinValue);
        int[] c = new int[4 * 9];
        IntegerGemm.Multiply<byte>(a, 4, [], PackedIntegers.Pack<sbyte>(b, 64, 9), c);
        Assert.All(c, sum => Assert.Equal(-128 * 255 * 64, sum));
        IntegerGemm.Multiply<byte>(a, 4, [0], PackedIntegers.Pack<sbyte>(b, 64, 9, [127]), c);
        Assert.All(c, sum => Assert.Equal(-255 * 255 * 64, sum));
    }

    [Theory, MemberData(nameof(Paths))]
    public void Products_split_among_threads_are_exact(string path)
    {
        KernelPath.Current = path;
        Workers.Count = 3;
        Check<byte, sbyte>(300, 70, 300, byte.MinValue, sbyte.MinValue);
        Check<sbyte, sbyte>(3, 1100, 1300, sbyte.MinValue, sbyte.MinValue);
    }

    [Theory, MemberData(nameof(Paths))]
    public void Convolutions_of_bytes_are_exact_on_every_path(string path)
    {
        KernelPath.Current = path;
        Workers.Count = 2;
        ConvolutionSizes[] all =
        [
            new(2, 3, (9, 11), 5, 3) { Before = 1, After = (1, 2) },
            new(1, 4, (12, 13), 6, (3, 2)) { Stride = (2, 3), Dilation = (2, 1), Groups = 2, Before = (2, 0) },
            new(1, 16, 28, 33, 3) { Before = 1, After = 1 },
            new(1, 6, 9, 6, 3) { Groups = 6 },
            new(3, 5, (1, 20), 7, (1, 5)) { Before = (0, 4) },
            new(1, 5, (40, 75), 6, 3) { Stride = 2, Before = 1, After = 1 },
            new(1, 2, (30, 66), 2, 3) { Groups = 2, Stride = (1, 2), Before = 1 },
            new(1, 3, (70, 90), 4, 7) { Stride = 4, Before = 3, After = 3 },
            new(1, 1, (3, 900), 3, (3, 2)),
        ];
        foreach (var sizes in all)
        {
            byte[] x = Draw<byte>(sizes.Batch * sizes.Inputs * sizes.ImageLength, 1, byte.MinValue);
            sbyte[] w = Draw<sbyte>(sizes.Outputs * sizes.Depth, 2, sbyte.MinValue), zeros = Draw<sbyte>(sizes.Outputs, 3, sbyte.MinValue);
            const byte zero = 77;
            int[] y = new int[sizes.Batch * sizes.Outputs * sizes.ResultLength];
            IntegerFilters.Pack<sbyte>(sizes, w, zeros).Run(sizes, x, zero, y);
            for (int at = 0; at < y.Length; at++)
            {
                int window = at % sizes.ResultLength, o = at / sizes.ResultLength % sizes.Outputs, image = at / sizes.ResultLength / sizes.Outputs, sum = 0;
                for (int k = 0; k < sizes.Depth; k++)
                {
                    int v = k % sizes.Kernel.Width, u = k / sizes.Kernel.Width % sizes.Kernel.Height, channel = (o / sizes.GroupOutputs * sizes.GroupInputs) + (k / sizes.Kernel.Width / sizes.Kernel.Height);
                    int row = (window / sizes.Result.Width * sizes.Stride.Height) + (u * sizes.Dilation.Height) - sizes.Before.Height, column = (window % sizes.Result.Width * sizes.Stride.Width) + (v * sizes.Dilation.Width) - sizes.Before.Width;
                    if (row < 0 || column < 0 || row >= sizes.Image.Height || column >= sizes.Image.Width) continue;
                    sum += (w[(o * sizes.Depth) + k] - zeros[o]) * (x[(((((image * sizes.Inputs) + channel) * sizes.Image.Height) + row) * sizes.Image.Width) + column] - zero);
                }

                Assert.Equal(sum, y[at]);
            }
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_named()
    {
        Assert.Throws<ShapeException>(() => PackedIntegers.Pack<byte>(new byte[5], 2, 3));
        Assert.Throws<ShapeException>(() => PackedIntegers.Pack<byte>(new byte[6], 2, 3, [1, 2]));
        var packed = PackedIntegers.Pack<byte>(new byte[6], 2, 3);
        Assert.Contains("against [2, 3]", Assert.Throws<ShapeException>(() => IntegerGemm.Multiply<byte>(new byte[5], 2, [], packed, new int[6])).Message);
    }

    static void Check<TA, TB>(int m, int n, int k, TA leastA, TB leastB) where TA : unmanaged, IBinaryInteger<TA> where TB : unmanaged, IBinaryInteger<TB>
    {
        TA[] a = Draw(m * k, 1, leastA), rows = Draw(m, 3, leastA);
        TB[] b = Draw(k * n, 2, leastB), columns = Draw(n, 4, leastB), turned = new TB[b.Length];
        for (int i = 0; i < k; i++)
            for (int j = 0; j < n; j++) turned[(j * k) + i] = b[(i * n) + j];
        int[] expected = new int[m * n], found = new int[m * n];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                for (int l = 0; l < k; l++)
                    expected[(i * n) + j] += (int.CreateChecked(a[(i * k) + l]) - int.CreateChecked(rows[i])) * (int.CreateChecked(b[(l * n) + j]) - int.CreateChecked(columns[j]));
        IntegerGemm.Multiply<TA>(a, m, rows, PackedIntegers.Pack<TB>(b, k, n, columns), found);
        Assert.Equal(expected, found);
        Array.Clear(found);
        IntegerGemm.Multiply<TA>(a, m, rows, PackedIntegers.Pack<TB>(turned, k, n, columns, transposed: true), found);
        Assert.Equal(expected, found);
    }

    static T[] Draw<T>(int count, ulong seed, T least) where T : unmanaged, IBinaryInteger<T>
    {
        var random = new Generator(seed);
        return [.. Enumerable.Range(0, count).Select(_ => T.CreateChecked(random.NextInt(256) + int.CreateChecked(least)))];
    }
}
