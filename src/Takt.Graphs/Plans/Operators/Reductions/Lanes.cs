namespace Takt.Graphs.Plans.Operators;

/// <summary>The elements along one axis, once for each place of the others: a lane.</summary>
/// <param name="Axis">Counted from the front.</param>
/// <param name="Size">Elements of a lane.</param>
/// <param name="Apart">How far two neighbours of a lane stand apart.</param>
/// <param name="Count">How many lanes there are.</param>
readonly record struct Lanes(int Axis, int Size, int Apart, int Count)
{
    /// <summary>The lanes along an axis, which may be counted from the end.</summary>
    public static Lanes Of(Call call, Value x, long named)
    {
        int axis = call.Axis(named, x.Rank), outer = 1, apart = 1;
        foreach (int size in x.Sizes[..axis]) outer *= size;
        foreach (int size in x.Sizes[(axis + 1)..]) apart *= size;
        return new(axis, x.Sizes[axis], apart, outer * apart);
    }

    /// <summary>Where a lane begins, if lanes have <see cref="Size"/> elements.</summary>
    public int Start(int lane) => Start(lane, Size);

    /// <summary>Where a lane begins, if lanes have another number of elements.</summary>
    public int Start(int lane, int size) => (lane / Apart * Apart * size) + (lane % Apart);
}
