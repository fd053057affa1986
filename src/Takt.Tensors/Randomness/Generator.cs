using System.Numerics;

namespace Takt.Tensors;

/// <summary>Where a <see cref="Generator"/> stands: enough to go on drawing exactly where it left off. Plain numbers, so that a checkpoint can hold it as JSON.</summary>
/// <param name="S0">First word of the xoshiro256** state.</param>
/// <param name="S1">Second word.</param>
/// <param name="S2">Third word.</param>
/// <param name="S3">Fourth word.</param>
/// <param name="SpareNormal">The second of a pair of normal draws, if it was not used yet.</param>
public sealed record GeneratorState(ulong S0, ulong S1, ulong S2, ulong S3, double? SpareNormal = null);

/// <summary>Seeded randomness: the same seed gives the same draws on every machine and in every version.</summary>
/// <remarks>
/// xoshiro256** 1.0 (Blackman and Vigna 2018, arXiv:1805.01407), its state filled by SplitMix64 as its authors advise.
/// Not for secrets. Not thread-safe: give each thread its own <see cref="Split"/>.
/// </remarks>
public sealed class Generator
{
    ulong _s0, _s1, _s2, _s3;
    double? _spareNormal;

    /// <summary>Starts at a seed; every number, 0 included, is a good one.</summary>
    public Generator(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Goes on from a saved state.</summary>
    public Generator(GeneratorState state) => State = state;

    /// <summary>Where it stands now; setting it goes on from there.</summary>
    /// <exception cref="ArgumentException">All four words are 0: that state would draw 0 for ever.</exception>
    public GeneratorState State
    {
        get => new(_s0, _s1, _s2, _s3, _spareNormal);
        set
        {
            if ((value.S0 | value.S1 | value.S2 | value.S3) == 0)
                throw new ArgumentException("A generator state of four zeros draws zeros for ever; expected at least one word other than 0. Take the state of a seeded generator.", nameof(value));
            (_s0, _s1, _s2, _s3, _spareNormal) = (value.S0, value.S1, value.S2, value.S3, value.SpareNormal);
        }
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in 0 … <paramref name="end"/> − 1, without bias (Lemire 2019, arXiv:1805.10941).</summary>
    /// <param name="end">How many outcomes there are, at least 1.</param>
    public int NextInt(int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(end);
        ulong count = (ulong)end, product = (NextUInt64() >> 32) * count;
        if ((uint)product < count)
        {
            uint threshold = (uint)(0x1_0000_0000UL % count);   // draws below it would favour some outcomes
            while ((uint)product < threshold) product = (NextUInt64() >> 32) * count;
        }

        return (int)(product >> 32);
    }

    /// <summary>Normal with mean 0 and deviation 1 (Marsaglia's polar method, which draws pairs).</summary>
    public double NextNormal()
    {
        if (_spareNormal is { } spare)
        {
            _spareNormal = null;
            return spare;
        }

        double u, v, square;
        do
        {
            u = (2 * NextDouble()) - 1;
            v = (2 * NextDouble()) - 1;
            square = (u * u) + (v * v);
        }
        while (square is >= 1 or 0);

        double scale = Math.Sqrt(-2 * PortableLogarithm.Of(square) / square);
        _spareNormal = v * scale;
        return u * scale;
    }

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability = 0.5) => NextDouble() < probability;

    /// <summary>Puts the items into random order in place (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The numbers 0 … <paramref name="count"/> − 1 in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        Shuffle<int>(order);
        return order;
    }

    /// <summary>An independent child, seeded from the next draw; what the child draws does not move this one further.</summary>
    public Generator Split() => new(NextUInt64());

    static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
