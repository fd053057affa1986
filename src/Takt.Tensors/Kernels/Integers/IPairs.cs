namespace Takt.Tensors.Kernels;

/// <summary>Some 32-bit integers side by side, and pairs of 16-bit factors that are added to them: 16 (AVX-512), 8 (AVX2, AVX-VNNI), 4 (every vector unit) or 1.</summary>
/// <remarks>Integers are exact: all widths, and any order of additions, give the same numbers.</remarks>
/// <typeparam name="T">The type itself.</typeparam>
unsafe interface IPairs<T> where T : struct, IPairs<T>
{
    /// <summary>How many sums.</summary>
    static abstract int Count { get; }

    static abstract T Load(int* source);

    /// <summary>The same pair for every sum.</summary>
    static abstract T Fill(int pair);

    void Store(int* target);

    /// <summary>sum + the low factors' product + the high factors' product.</summary>
    static abstract T AddProducts(T sum, T a, T b);
}
