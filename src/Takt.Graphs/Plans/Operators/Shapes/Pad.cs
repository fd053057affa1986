using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Adds to both ends of axes a constant, the mirrored inside, the edge or the other end; negative pads cut off. Pads and value are attributes until operator set 10, inputs from 11 on, the axes from 18 on.</summary>
sealed class Pad : MovingKernel
{
    const int MostAxes = 64;

    readonly string _mode;
    readonly long[]? _pads;
    readonly Value? _value;

    public Pad(Node node)
    {
        _mode = node.Text("mode", "constant");
        if (_mode is not ("constant" or "reflect" or "edge" or "wrap")) throw node.Wrong($"mode {_mode}", "constant, reflect, edge or wrap");
        _pads = node.Short("pads") ?? node.Short("paddings");
        if (node.HasAttribute("value")) _value = Value.Of<float>([node.Float("value", 0)]);
    }

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        Span<int> before = stackalloc int[rank], sizes = stackalloc int[rank];
        ReadPads(call, before, sizes);
        var y = call.Output.WriteAs<T>(x.Type, sizes);
        if (y.IsEmpty) return;
        var from = x.ReadAs<T>();
        if (rank == 0)
        {
            y[0] = from[0];
            return;
        }

        if (_mode == "constant") FillConstant(call, x, y);
        else
            for (int axis = 0; axis < rank; axis++)
                if (x.Sizes[axis] == 0) throw call.Wrong($"sizes {Value.Text(x.Sizes)}", "something to repeat");

        // Rows of the output: which row of the input each is, and within it the part in the middle at once and the ends one by one.
        int width = sizes[^1], inputWidth = x.Sizes[^1], shift = before[^1];
        int first = Math.Clamp(shift, 0, width), last = (int)Math.Clamp((long)shift + inputWidth, first, width);
        Span<int> position = stackalloc int[rank - 1];
        position.Clear();
        for (int row = 0; row < y.Length; row += width, Broadcast.Advance(position, sizes[..^1]))
        {
            int source = 0;
            for (int axis = 0; axis < rank - 1 && source >= 0; axis++)
                source = Place(position[axis] - before[axis], x.Sizes[axis]) is var place && place >= 0 ? (source * x.Sizes[axis]) + place : -1;
            if (source < 0) continue;
            var line = from.Slice(source * inputWidth, inputWidth);
            if (last > first) line.Slice(first - shift, last - first).CopyTo(y[(row + first)..]);
            if (_mode == "constant") continue;
            for (int i = 0; i < first; i++) y[row + i] = line[Place(i - shift, inputWidth)];
            for (int i = last; i < width; i++) y[row + i] = line[Place(i - shift, inputWidth)];
        }
    }

    void ReadPads(Call call, Span<int> before, Span<int> sizes)
    {
        var x = call.Input();
        int rank = x.Rank;
        var pads = WholeNumbers.Axes(call.OptionalInput(1), _pads, stackalloc long[2 * MostAxes], call);
        var axes = WholeNumbers.Axes(call.OptionalInput(3), attribute: null, stackalloc long[MostAxes], call);
        int count = axes.IsEmpty ? rank : axes.Length;
        if (pads.Length != 2 * count) throw call.Wrong($"{pads.Length} pads", $"{2 * count}: one for each end of {count} axes");
        before.Clear();
        x.Sizes.CopyTo(sizes);
        for (int i = 0; i < count; i++)
        {
            int axis = axes.IsEmpty ? i : call.Axis(axes[i], rank);
            long size = x.Sizes[axis] + pads[i] + pads[count + i];
            if (pads[i] is < int.MinValue or > int.MaxValue || pads[count + i] is < int.MinValue or > int.MaxValue || size is < 0 or > int.MaxValue)
                throw call.Wrong($"pads {pads[i]} and {pads[count + i]} for an axis of {x.Sizes[axis]}", "a size of 0 or more");
            (before[axis], sizes[axis]) = ((int)pads[i], (int)size);
        }
    }

    void FillConstant<T>(Call call, Value x, Span<T> y)
    {
        var given = call.OptionalInput(2) ?? _value;
        if (given is null || given.Count == 0)
        {
            if (typeof(T) == typeof(string)) y.Fill((T)(object)"");
            else y.Clear();
            return;
        }

        if (given.Type == x.Type) y.Fill(given.ReadAs<T>()[0]);
        else if (given == _value && x.Type is ElementType.Float16 or ElementType.Float64)   // the attribute is always single precision
            y.Fill(x.Type == ElementType.Float16 ? (T)(object)BitConverter.HalfToUInt16Bits((Half)given.Read<float>()[0]) : (T)(object)BitConverter.DoubleToUInt64Bits(given.Read<float>()[0]));
        else throw call.Wrong($"a value of {given.Type} for {x.Type}", "one element type");
    }

    /// <summary>Which element of the axis stands at a place that may lie outside; −1 for none.</summary>
    int Place(int place, int size)
    {
        if (place >= 0 && place < size) return place;
        switch (_mode)
        {
            case "edge": return place < 0 ? 0 : size - 1;
            case "wrap": return ((place % size) + size) % size;
            case "reflect":
                if (size == 1) return 0;
                int period = 2 * (size - 1), within = ((place % period) + period) % period;
                return within < size ? within : period - within;
            default: return -1;
        }
    }
}
