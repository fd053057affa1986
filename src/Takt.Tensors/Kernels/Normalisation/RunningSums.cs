using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Sums of many terms in a fixed order: 64 running sums (term i goes to sum i mod 64), folded in halves. Wide enough that none waits for its own last addition.</summary>
static unsafe class RunningSums<V> where V : struct, ILanes<V>
{
    const int Width = 64;

    /// <summary>Σ term(x, y) over so many x and y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Of<TTerm>(TTerm term, float* x, float* y, int count) where TTerm : struct, ITerm
    {
        float* sums = stackalloc float[Width];
        new Span<float>(sums, Width).Clear();
        int i = 0;
        for (; i <= count - Width; i += Width)
            for (int j = 0; j < Width; j += V.Count)
                (V.Load(sums + j) + term.Of(V.Load(x + i + j), V.Load(y + i + j))).Store(sums + j);
        for (int j = 0; i + j <= count - V.Count; j += V.Count)
            (V.Load(sums + j) + term.Of(V.Load(x + i + j), V.Load(y + i + j))).Store(sums + j);
        for (i += (count - i) / V.Count * V.Count; i < count; i++)
        {
            float* sum = sums + (i % Width);
            (Lanes1.Load(sum) + term.Of(Lanes1.Load(x + i), Lanes1.Load(y + i))).Store(sum);
        }

        for (int half = Width / 2; half > 0; half /= 2)
            for (int j = 0; j < half; j++) sums[j] += sums[j + half];
        return sums[0];
    }
}

/// <summary>A term of a sum over two rows of numbers.</summary>
interface ITerm
{
    V Of<V>(V x, V y) where V : struct, ILanes<V>;
}

/// <summary>x.</summary>
readonly struct Itself : ITerm
{
    public V Of<V>(V x, V y) where V : struct, ILanes<V> => x;
}

/// <summary>(x − mean)².</summary>
readonly struct SquaredDeviation(float mean) : ITerm
{
    public V Of<V>(V x, V y) where V : struct, ILanes<V>
    {
        var deviation = x - V.Fill(mean);
        return deviation * deviation;
    }
}

/// <summary>(x − mean)·y.</summary>
readonly struct DeviationTimes(float mean) : ITerm
{
    public V Of<V>(V x, V y) where V : struct, ILanes<V> => (x - V.Fill(mean)) * y;
}
