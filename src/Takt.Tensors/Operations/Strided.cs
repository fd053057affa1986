using System.Runtime.CompilerServices;

namespace Takt.Tensors;

/// <summary>A tensor's elements taken in another order: for every axis of the result its size and the distance in the source. Slices, permutations and stretched axes are all of this kind.</summary>
/// <remarks>Neighbouring axes that run straight on are joined; what is left is read as rows.</remarks>
readonly struct Strided
{
    /// <summary>Axes that remain after joining, at most.</summary>
    const int MaxRank = 8;

    readonly int _axes;
    readonly Axes _sizes, _strides;

    /// <summary>The order of sizes and distances.</summary>
    /// <param name="operation">Its name, for errors.</param>
    /// <param name="sizes">Of the result, outermost first.</param>
    /// <param name="strides">In the source, in elements; 0 stretches, below 0 walks backward.</param>
    /// <param name="start">Where the first element lies in the source.</param>
    public Strided(string operation, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int start = 0)
    {
        Start = start;
        int length = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            length *= sizes[axis];
            if (sizes[axis] == 1) continue;
            int inner = _axes - 1;
            if (_axes > 0 && strides[axis] == _strides[inner] * _sizes[inner])
            {
                _sizes[inner] *= sizes[axis];
                continue;
            }

            if (_axes == MaxRank) throw new ShapeException(operation, $"[{string.Join(", ", sizes.ToArray())}]", $"at most {MaxRank} axes that lie apart", "Reshape to fewer axes.");
            (_sizes[_axes], _strides[_axes]) = (sizes[axis], strides[axis]);
            _axes++;
        }

        if (_axes == 0) (_axes, _sizes[0], _strides[0]) = (1, 1, 1);
        RowLength = _sizes[0];
        RowCount = length == 0 ? 0 : length / RowLength;
    }

    /// <summary>Where the first element lies.</summary>
    public int Start { get; }

    /// <summary>How many elements a row has.</summary>
    public int RowLength { get; }

    /// <summary>How many rows there are.</summary>
    public int RowCount { get; }

    /// <summary>Distance from element to element of a row.</summary>
    public int Step => _strides[0];

    /// <summary>Where a row begins in the source.</summary>
    public int Begin(int row)
    {
        int at = Start;
        for (int axis = 1; axis < _axes; axis++)
        {
            (row, int here) = Math.DivRem(row, _sizes[axis]);
            at += here * _strides[axis];
        }

        return at;
    }

    /// <summary>Finds the distances of other sizes over the same elements in the same order, if a walk of even steps leads through them.</summary>
    /// <param name="from">Sizes that there are.</param>
    /// <param name="strides">Their distances.</param>
    /// <param name="to">New sizes, of the same product.</param>
    /// <param name="result">Their distances.</param>
    /// <returns>False if the elements lie so that they must be copied first.</returns>
    public static bool Reshape(ReadOnlySpan<int> from, ReadOnlySpan<int> strides, Sizes to, Span<int> result)
    {
        int target = to.Rank - 1, step = strides[^1], length = 1, covered = 1;
        for (int axis = from.Length - 1; axis >= 0; axis--)
        {
            length *= from[axis];
            if (axis > 0 && (from[axis - 1] == 1 || strides[axis - 1] == length * step)) continue;   // the next axis goes on in even steps
            for (; target >= 0 && (covered < length || to[target] == 1); target--)
            {
                result[target] = covered * step;
                covered *= to[target];
            }

            if (covered != length) return false;
            if (axis > 0) step = strides[axis - 1];
            length = covered = 1;
        }

        return true;
    }

    [InlineArray(MaxRank)]
    struct Axes
    {
        int _first;
    }
}
