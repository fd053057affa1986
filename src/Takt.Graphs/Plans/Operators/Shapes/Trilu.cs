using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The upper or lower triangle of matrices, the rest zero. The triangle begins (or ends) k diagonals above the main one.</summary>
sealed class Trilu(Node node) : MovingKernel
{
    readonly bool _upper = node.Int("upper", 1) != 0;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        if (x.Rank < 2) throw call.Wrong($"sizes {Value.Text(x.Sizes)}", "matrices");
        long diagonal = call.OptionalInput(1) is { } given ? WholeNumbers.Single(given, call) : 0;
        int rows = x.Sizes[^2], columns = x.Sizes[^1];
        var from = x.ReadAs<T>();
        var y = call.Output.WriteAs<T>(x.Type, x.Sizes);
        for (int start = 0, row = 0; start < y.Length; start += columns, row = (row + 1) % rows)
        {
            int border = (int)Math.Clamp(row + diagonal + (_upper ? 0 : 1), 0, columns);   // the first element of the upper triangle, or of what is beyond the lower
            var line = y.Slice(start, columns);
            if (_upper) line[..border].Clear();
            else line[border..].Clear();
            if (_upper) from.Slice(start + border, columns - border).CopyTo(line[border..]);
            else from.Slice(start, border).CopyTo(line);
        }
    }
}
