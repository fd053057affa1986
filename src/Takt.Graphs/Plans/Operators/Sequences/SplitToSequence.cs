using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Cuts a tensor along an axis: into pieces of given sizes, of one size (the last may be smaller), or into single slices, whose axis may then go.</summary>
sealed class SplitToSequence(Node node) : Kernel
{
    readonly long _axis = node.Int("axis", 0);
    readonly bool _keepAxis = node.Int("keepdims", 1) != 0;

    public override void Run(Call call)
    {
        var x = call.Input();
        int axis = call.Axis(_axis, x.Rank), size = x.Sizes[axis], at = 0;
        var items = new List<Value>();
        if (call.OptionalInput(1) is not { } split)
            while (at < size) items.Add(Pieces.Cut(x, axis, at++, 1, _keepAxis, call));
        else if (split.Rank == 0)
        {
            long each = WholeNumbers.Single(split, call);
            if (each <= 0) throw call.Wrong($"pieces of {each}", "at least 1");
            for (; at < size; at += (int)Math.Min(each, size - at)) items.Add(Pieces.Cut(x, axis, at, (int)Math.Min(each, size - at), keepAxis: true, call));
        }
        else
        {
            for (int i = 0; i < split.Count; i++)
            {
                long length = WholeNumbers.At(split, i, call);
                if (length < 0 || length > size - at) throw call.Wrong($"a piece of {length} at {at}", $"pieces that sum to {size}");
                items.Add(Pieces.Cut(x, axis, at, (int)length, keepAxis: true, call));
                at += (int)length;
            }

            if (at != size) throw call.Wrong($"pieces of {at} in all", $"{size}");
        }

        call.Output.WriteItems(x.Type, items);
    }
}
