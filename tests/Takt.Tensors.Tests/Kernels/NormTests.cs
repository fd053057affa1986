using Takt.Tensors.Kernels;

namespace Takt.Tensors.Tests;

/// <summary>Norms against their formulas in double precision, on every path, with numbers up to a hundred deviations away from 0.</summary>
[Collection(nameof(KernelSettings))]
public sealed class NormTests : KernelSettings
{
    static readonly float[] s_means = [0, 1, -10, 100];

    [Theory, MemberData(nameof(Paths))]
    public void A_layer_norm_stays_within_its_error(string path)
    {
        KernelPath.Current = path;
        foreach (int width in new[] { 2, 7, 16, 65, 1000, 5000 })
            foreach (float mean in s_means)
            {
                float[] x = Numbers(3 * width, mean), y = new float[3 * width];
                RowNormalisation.Apply(x, Ones(width), new float[width], 1e-5f, y, new float[6]);
                for (int row = 0; row < 3; row++) Check(Normal([.. x.AsSpan(row * width, width)]), y.AsSpan(row * width, width), mean);
            }
    }

    [Theory, MemberData(nameof(Paths))]
    public void A_norm_of_root_mean_square_stays_within_its_error(string path)
    {
        KernelPath.Current = path;
        foreach (int width in new[] { 1, 7, 16, 65, 1000, 5000 })
            foreach (float mean in s_means)
            {
                float[] x = Numbers(3 * width, mean), y = new float[3 * width];
                RmsNormKernel.Apply(x, Ones(width), 1e-5f, new float[3], y);
                for (int row = 0; row < 3; row++)
                {
                    double[] numbers = [.. x.AsSpan(row * width, width).ToArray().Select(v => (double)v)];
                    double spread = 1 / Math.Sqrt(numbers.Average(v => v * v) + 1e-5);
                    Check([.. numbers.Select(v => v * spread)], y.AsSpan(row * width, width), 0);
                }
            }
    }

    [Theory, MemberData(nameof(Paths))]
    public void Norms_of_batches_and_groups_stay_within_their_error(string path)
    {
        KernelPath.Current = path;
        foreach (int pixels in new[] { 2, 7, 64, 1000 })
            foreach (float mean in s_means)
            {
                const int batch = 3, channels = 4;
                var x = Tensor.Of(Numbers(batch * channels * pixels, mean), batch, channels, pixels);
                Tensor scale = Tensor.Ones(channels), shift = Tensor.Zeros(channels);
                float[] normal = x.BatchNorm(scale, shift, Tensor.Zeros(channels), Tensor.Ones(channels), training: true).Values.ToArray(), grouped = x.GroupNorm(2, scale, shift).Values.ToArray();
                for (int channel = 0; channel < channels; channel++)
                    Check(Normal(Of(x.Values, channel)), Of(normal, channel), mean);
                for (int row = 0; row < batch * 2; row++)
                    Check(Normal([.. x.Values.Slice(row * 2 * pixels, 2 * pixels)]), grouped.AsSpan(row * 2 * pixels, 2 * pixels), mean);

                float[] Of(ReadOnlySpan<float> all, int channel)
                {
                    var found = new List<float>();
                    for (int image = 0; image < batch; image++) found.AddRange(all.Slice(((image * channels) + channel) * pixels, pixels));
                    return [.. found];
                }
            }
    }

    /// <summary>Numbers of deviation 1 around a mean.</summary>
    static float[] Numbers(int count, float mean)
    {
        var random = new Generator(5);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(mean + random.NextNormal()))];
    }

    static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    static double[] Normal(float[] x)
    {
        double mean = x.Average(v => (double)v), spread = 1 / Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. x.Select(v => (v - mean) * spread)];
    }

    /// <summary>3e-7 of the larger of y and 1, and as much again for every deviation that the mean is away from 0: it rounds by its own size.</summary>
    static void Check(double[] expected, ReadOnlySpan<float> found, float mean)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            double share = Math.Abs(expected[i] - found[i]) / (3e-7 * (1 + Math.Abs(mean)) * Math.Max(1, Math.Abs(expected[i])));
            Assert.True(share <= 1, $"number {i} of {expected.Length} around {mean}: {share:F2} of the allowed error");
        }
    }
}
