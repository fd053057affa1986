using System.Runtime.CompilerServices;

namespace Takt.Tensors;

/// <summary>Two shapes stretched to one (NumPy's rule: aligned at the innermost size, sizes of 1 stretch), as rows that run straight through both.</summary>
/// <remarks>Neighbouring axes on which both sides behave alike are joined: equal shapes are a single row, a bias beside a batch is one row per sample.</remarks>
readonly struct Broadcasting
{
    /// <summary>Axes that remain after joining, at most.</summary>
    const int MaxRank = 8;

    readonly int _axes;
    readonly Axes _sizes, _ofA, _ofB;

    /// <summary>Stretches two shapes to one.</summary>
    /// <param name="operation">For the error.</param>
    /// <param name="a">One shape.</param>
    /// <param name="b">The other.</param>
    /// <param name="left">What the error shows for a, where that is the outer part of a larger shape.</param>
    /// <param name="right">The same for b.</param>
    /// <exception cref="ShapeException">They do not stretch to one.</exception>
    public Broadcasting(string operation, Shape a, Shape b, Shape? left = null, Shape? right = null)
    {
        Shape = Join(operation, a, b, left ?? a, right ?? b);
        int strideA = 1, strideB = 1;
        for (int back = 1; back <= Shape.Rank; back++)
        {
            int u = back <= a.Rank ? a[^back] : 1, v = back <= b.Rank ? b[^back] : 1, size = Shape[^back];
            int stepA = u == 1 ? 0 : strideA, stepB = v == 1 ? 0 : strideB;
            strideA *= u;
            strideB *= v;
            if (size == 1) continue;
            int inner = _axes - 1;
            if (_axes > 0 && stepA == _ofA[inner] * _sizes[inner] && stepB == _ofB[inner] * _sizes[inner])
            {
                _sizes[inner] *= size;
                continue;
            }

            if (_axes == MaxRank)
                throw new ShapeException(operation, $"left {a} and right {b} stretch on more than {MaxRank} alternating axes", $"at most {MaxRank}", "Reshape both sides to fewer axes.");
            (_sizes[_axes], _ofA[_axes], _ofB[_axes]) = (size, stepA, stepB);
            _axes++;
        }

        if (_axes == 0) (_axes, _sizes[0]) = (1, 1);
        RowLength = _sizes[0];
        RowCount = RowLength == 0 ? 0 : Shape.Length / RowLength;
    }

    /// <summary>The common shape.</summary>
    public Shape Shape { get; }

    /// <summary>How many elements a row has.</summary>
    public int RowLength { get; }

    /// <summary>How many rows there are.</summary>
    public int RowCount { get; }

    /// <summary>Distance from element to element of a row in a: 1, or 0 where it stretches.</summary>
    public int StepA => _ofA[0];

    /// <summary>Distance from element to element of a row in b: 1, or 0 where it stretches.</summary>
    public int StepB => _ofB[0];

    /// <summary>Where a row begins on both sides.</summary>
    public (int A, int B) Begin(int row)
    {
        int a = 0, b = 0;
        for (int axis = 1; axis < _axes; axis++)
        {
            (row, int at) = Math.DivRem(row, _sizes[axis]);
            a += at * _ofA[axis];
            b += at * _ofB[axis];
        }

        return (a, b);
    }

    /// <summary>Where an element lies on both sides.</summary>
    public (int A, int B) At(int element)
    {
        var (row, at) = Math.DivRem(element, RowLength);
        var (a, b) = Begin(row);
        return (a + (at * StepA), b + (at * StepB));
    }

    static Shape Join(string operation, Shape a, Shape b, Shape left, Shape right)
    {
        if (a == b) return a;
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> sizes = stackalloc int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int u = back <= a.Rank ? a[^back] : 1, v = back <= b.Rank ? b[^back] : 1;
            if (u != v && u != 1 && v != 1)
                throw new ShapeException(operation, $"left {left} and right {right} differ at the size {back + left.Rank - a.Rank} from the end: {u} and {v}", "equal sizes, or 1 on one side", "Reshape one side, or check the layer that made it.");
            sizes[^back] = u == 1 ? v : u;
        }

        return a.Sizes.SequenceEqual(sizes) ? a : b.Sizes.SequenceEqual(sizes) ? b : Shape.Of(sizes);
    }

    [InlineArray(MaxRank)]
    struct Axes
    {
        int _first;
    }
}
