using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>How many numbers become one: a start, a step for each number, a finish.</summary>
interface IReduction
{
    /// <summary>Whether booleans can be reduced so.</summary>
    static virtual bool OnlyCompares => false;

    /// <summary>What no number at all gives, before the finish.</summary>
    static abstract T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    /// <summary>Takes one number in.</summary>
    static abstract T Take<T>(T result, T x) where T : unmanaged, INumber<T>;

    /// <summary>Takes a run of numbers in; the order depends on its length only.</summary>
    static abstract T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T>;

    /// <summary>Takes each number into the result at its place.</summary>
    static abstract void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T>;

    /// <summary>The result of so many numbers.</summary>
    static abstract T Finish<T>(T result, int count) where T : unmanaged, INumber<T>;
}
