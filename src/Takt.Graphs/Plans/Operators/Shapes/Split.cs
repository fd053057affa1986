using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Cuts a value along an axis. The sizes of the parts are an attribute until operator set 12, an input from 13 on; left out, the parts are equal and the last may be smaller.</summary>
sealed class Split(Node node) : MovingKernel
{
    readonly long _axis = node.Int("axis", 0);
    readonly long[]? _split = node.Ints("split");
    readonly int _parts = node.Outputs.Length;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int axis = call.Axis(_axis, x.Rank), size = x.Sizes[axis], inner = 1, at = 0;
        foreach (int beyond in x.Sizes[(axis + 1)..]) inner *= beyond;
        var given = call.OptionalInput(1);
        if (given is not null && given.Count != _parts) throw call.Wrong($"{given.Count} sizes for {_parts} parts", "one a part");
        if (_split is not null && _split.Length != _parts) throw call.Wrong($"{_split.Length} sizes for {_parts} parts", "one a part");
        int equal = (size + _parts - 1) / _parts;
        Span<int> sizes = stackalloc int[x.Rank];
        x.Sizes.CopyTo(sizes);
        var from = x.ReadAs<T>();
        for (int part = 0; part < _parts; part++)
        {
            long length = given is not null ? WholeNumbers.At(given, part, call) : _split is not null ? _split[part] : Math.Min(equal, size - at);
            if (length < 0 || length > size - at) throw call.Wrong($"a part of {length} at {at}", $"parts that sum to {size}");
            if (call.OptionalOutput(part) is { } output)
            {
                sizes[axis] = (int)length;
                var to = output.WriteAs<T>(x.Type, sizes);
                int run = (int)length * inner;
                for (int outer = 0, done = 0; done < to.Length; outer++, done += run) from.Slice(((outer * size) + at) * inner, run).CopyTo(to[done..]);
            }

            at += (int)length;
        }

        if (at != size) throw call.Wrong($"parts of {at} in all", $"{size}");
    }
}
