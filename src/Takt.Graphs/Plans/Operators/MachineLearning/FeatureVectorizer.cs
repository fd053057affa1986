using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Tables side by side in one of float32. Each gives as many columns as inputdimensions says; what it lacks is zero, what it has beyond is left out.</summary>
sealed class FeatureVectorizer : Kernel
{
    readonly int _inputs;
    readonly int[] _widths;

    public FeatureVectorizer(Node node)
    {
        _inputs = node.Inputs.Length;
        _widths = Array.ConvertAll(node.Integers("inputdimensions"), w => w is >= 0 and < int.MaxValue ? (int)w : throw node.Wrong($"{w} columns", "0 or more"));
        if (_widths.Length != 0) node.SameLength(_inputs, ("inputdimensions", _widths.Length));
    }

    public override void Run(Call call)
    {
        int rows = Numbers.Table(call.Input(), call).Rows, width = 0;
        long largest = 0;
        for (int i = 0; i < _inputs; i++)
        {
            var (count, columns) = Numbers.Table(call.Input(i), call);
            if (count != rows) throw call.Wrong($"{count} rows beside {rows}", "equally many");
            width = checked(width + WidthOf(i, columns));
            largest = Math.Max(largest, call.Input(i).Count);
        }

        var room = call.Scratch.Take<float>(largest);
        var y = call.Output.Write<float>([rows, width]);
        y.Clear();
        for (int i = 0, at = 0; i < _inputs; i++)
        {
            int columns = Numbers.Table(call.Input(i), call).Columns, wanted = WidthOf(i, columns), taken = Math.Min(wanted, columns);
            var from = Numbers.Read(call.Input(i), room, call);
            for (int row = 0; row < rows; row++) from.Slice(row * columns, taken).CopyTo(y[((row * width) + at)..]);
            at += wanted;
        }
    }

    int WidthOf(int input, int columns) => _widths.Length == 0 ? columns : _widths[input];
}
