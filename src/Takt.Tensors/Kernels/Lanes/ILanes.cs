namespace Takt.Tensors.Kernels;

/// <summary>Some floats side by side that one instruction works on: 16 (AVX-512), 8 (AVX2), 4 (every vector unit) or 1.</summary>
/// <remarks>
/// A kernel is written once over these and compiled for each width. No arithmetic mixes lanes, and every operation rounds as IEEE 754 says,
/// so all widths give the same bits: the single lane is the definition, the others are fast.
/// </remarks>
/// <typeparam name="T">The type itself.</typeparam>
unsafe interface ILanes<T> where T : struct, ILanes<T>
{
    /// <summary>How many floats.</summary>
    static abstract int Count { get; }

    static abstract T Load(float* source);

    static abstract T Fill(float value);

    void Store(float* target);

    static abstract T operator +(T a, T b);

    static abstract T operator -(T a, T b);

    static abstract T operator *(T a, T b);

    static abstract T operator /(T a, T b);

    static abstract T operator -(T a);

    /// <summary>a·b + c, rounded once.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>x where it is below the bound or not a number, else the bound.</summary>
    static abstract T AtMost(T x, T bound);

    /// <summary>x where it is above the bound or not a number, else the bound.</summary>
    static abstract T AtLeast(T x, T bound);

    /// <summary>The larger; not a number where either is none. Of two zeros −0, if either is.</summary>
    static abstract T Largest(T a, T b);

    /// <summary>Of the numbers of a, followed by those of b, every second from the first on.</summary>
    static abstract T Even(T a, T b);

    /// <summary>Of the numbers of a, followed by those of b, every second from the second on.</summary>
    static abstract T Odd(T a, T b);

    /// <summary><paramref name="then"/> where a &gt; b, else <paramref name="otherwise"/> (also where one is not a number).</summary>
    static abstract T WhereGreater(T a, T b, T then, T otherwise);

    static abstract T Abs(T x);

    static abstract T Sqrt(T x);

    /// <summary>To the nearest whole number, halves to the even one.</summary>
    static abstract T Round(T x);

    /// <summary>2ⁿ for whole n from −126 to 127.</summary>
    static abstract T PowerOfTwo(T n);
}
