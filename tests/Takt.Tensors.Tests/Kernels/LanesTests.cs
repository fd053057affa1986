using Takt.Tensors.Kernels;

namespace Takt.Tensors.Tests;

/// <summary>Operations that move numbers between lanes, or treat what is not a number in their own way; every width, also those the processor has no instructions for.</summary>
public sealed unsafe class LanesTests
{
    [Fact]
    public void The_larger_is_no_number_where_either_is_none()
    {
        float[] values = [1, -1, 0f, -0f, float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        foreach (float a in values)
            foreach (float b in values)
            {
                float expected = float.IsNaN(a) || float.IsNaN(b) ? float.NaN : a > b ? a : b;
                Assert.Equal(expected, Lanes1.Larger(a, b));
                Check<Lanes4>(a, b);
                Check<Lanes8>(a, b);
                Check<Lanes16>(a, b);
            }

        static void Check<V>(float a, float b) where V : struct, ILanes<V>
        {
            float* made = stackalloc float[V.Count];
            V.Largest(V.Fill(a), V.Fill(b)).Store(made);
            for (int i = 0; i < V.Count; i++) Assert.Equal(BitConverter.SingleToUInt32Bits(Lanes1.Larger(a, b)), BitConverter.SingleToUInt32Bits(made[i]));
        }
    }

    [Fact]
    public void Every_second_number_is_taken_in_order()
    {
        Check<Lanes1>();
        Check<Lanes4>();
        Check<Lanes8>();
        Check<Lanes16>();

        static void Check<V>() where V : struct, ILanes<V>
        {
            float* both = stackalloc float[2 * V.Count], even = stackalloc float[V.Count], odd = stackalloc float[V.Count];
            for (int i = 0; i < 2 * V.Count; i++) both[i] = i;
            V.Even(V.Load(both), V.Load(both + V.Count)).Store(even);
            V.Odd(V.Load(both), V.Load(both + V.Count)).Store(odd);
            for (int i = 0; i < V.Count; i++) Assert.Equal((2 * i, (2 * i) + 1), ((int)even[i], (int)odd[i]));
        }
    }
}
