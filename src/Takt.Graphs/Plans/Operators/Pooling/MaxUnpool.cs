using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The way back of MaxPool: every element goes where its index says, everything else is 0.</summary>
/// <remarks>Indices count in the tensor that was pooled, as stride and kernel imply its sizes; an output_shape may be larger.</remarks>
sealed class MaxUnpool(Node node) : Kernel
{
    readonly WindowAttributes _windows = new(node);

    public override void Run(Call call)
    {
        Value x = call.Input(0), places = call.Input(1);
        int axes = x.Rank - 2;
        if (axes is < 1 or > WindowAttributes.MostAxes || !places.Sizes.SequenceEqual(x.Sizes) || _windows.Kernel is not { } kernel || kernel.Length != axes)
            throw call.Wrong($"X {Value.Text(x.Sizes)}, indices {Value.Text(places.Sizes)}", "equal sizes, and a kernel_shape with a number an axis of the image");
        Span<int> strides = stackalloc int[axes], dilations = stackalloc int[axes], before = stackalloc int[axes], after = stackalloc int[axes], sizes = stackalloc int[x.Rank];
        _windows.Read(call, axes, strides, dilations, before, after);
        x.Sizes[..2].CopyTo(sizes);
        for (int axis = 0; axis < axes; axis++) sizes[axis + 2] = Math.Max(0, checked(((x.Sizes[axis + 2] - 1) * strides[axis]) + kernel[axis] - before[axis] - after[axis]));
        Span<int> given = stackalloc int[x.Rank];
        sizes.CopyTo(given);
        if (call.OptionalInput(2) is { } shape)
        {
            if (shape.Count != x.Rank) throw call.Wrong($"an output_shape of {shape.Count} numbers", $"{x.Rank}");
            for (int i = 0; i < given.Length; i++) given[i] = (int)Math.Clamp(WholeNumbers.At(shape, i, call), 0, int.MaxValue);
        }

        if (x.Type != ElementType.Float32) throw call.Wrong($"an input of {x.Type}", "Float32 or Float16");
        var from = x.Read<float>();
        var to = call.Output.Write<float>(given);
        to.Clear();
        var index = places.Read<long>();
        for (int i = 0; i < from.Length; i++)
            to[Place(index[i], sizes, given) is >= 0 and var place ? place : throw call.Wrong($"index {index[i]}", $"one inside {Value.Text(sizes)} and {Value.Text(given)}")] = from[i];
    }

    /// <summary>The place in the result of an element that stood at an index of the tensor that was pooled, or −1.</summary>
    static int Place(long index, ReadOnlySpan<int> sizes, ReadOnlySpan<int> given)
    {
        long place = 0, step = 1;
        for (int axis = sizes.Length - 1; axis >= 0; axis--)
        {
            if (index < 0 || sizes[axis] == 0) return -1;
            long at = index % sizes[axis];
            if (at >= given[axis]) return -1;
            place += at * step;
            step *= given[axis];
            index /= sizes[axis];
        }

        return index == 0 ? (int)place : -1;
    }
}
