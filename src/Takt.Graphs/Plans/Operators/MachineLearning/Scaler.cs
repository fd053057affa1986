using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>(x − offset) · scale, one of each for all or one a column; the result is float32.</summary>
sealed class Scaler : Kernel
{
    readonly double[] _offset, _scale;

    public Scaler(Node node)
    {
        (_offset, _scale) = (node.Numbers("offset"), node.Numbers("scale"));
        if (_offset.Length == 0) _offset = [0];
        if (_scale.Length == 0) _scale = [1];
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        int columns = x.Rank == 0 ? 1 : x.Sizes[^1];
        foreach (int length in (ReadOnlySpan<int>)[_offset.Length, _scale.Length])
            if (length != 1 && length != columns) throw call.Wrong($"{length} offsets or scales for {columns} columns", $"1 or {columns}");
        var from = Numbers.Read(x, call.Scratch.Take<double>(x.Count), call);
        var y = call.Output.Write<float>(x.Sizes);
        for (int i = 0; i < y.Length; i++)
            y[i] = (float)((from[i] - _offset[_offset.Length == 1 ? 0 : i % columns]) * _scale[_scale.Length == 1 ? 0 : i % columns]);
    }
}
