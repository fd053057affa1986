using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What becomes of the elements of a window, in any precision: the definition.</summary>
interface IGathering<T> where T : unmanaged
{
    /// <summary>What a window starts with.</summary>
    T Start { get; }

    /// <summary>Takes one more element in.</summary>
    T Add(T gathered, T element);

    /// <summary>The result of a window of so many elements.</summary>
    T Finish(T gathered, int count);
}

/// <summary>The mean.</summary>
readonly struct Mean<T> : IGathering<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public T Start => T.Zero;

    public T Add(T gathered, T element) => gathered + element;

    public T Finish(T gathered, int count) => gathered / T.CreateTruncating(count);
}

/// <summary>(Σ |x|ᵖ)^(1/p).</summary>
readonly struct Norm<T>(int p) : IGathering<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    public T Start => T.Zero;

    public T Add(T gathered, T element) => gathered + (p switch { 1 => T.Abs(element), 2 => element * element, _ => T.Pow(T.Abs(element), T.CreateTruncating(p)) });

    public T Finish(T gathered, int count) => p switch { 1 => gathered, 2 => T.Sqrt(gathered), _ => T.Pow(gathered, T.One / T.CreateTruncating(p)) };
}
