using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>For each index a vector of "off" with one "on", along a new axis; an index outside the depth gives none. Indices may count from the end, and may be written with fractions.</summary>
sealed class OneHot(Node node) : MovingKernel
{
    readonly long _axis = node.Int("axis", -1);

    protected override int Moved => 2;

    protected override void Run<T>(Call call)
    {
        var (indices, values) = (call.Input(0), call.Input(2));
        int depth = WholeNumbers.Size(call.Input(1).Count == 1 ? Index(call, call.Input(1), 0) : throw call.Wrong($"a depth of sizes {Value.Text(call.Input(1).Sizes)}", "a single number"), call);
        if (values.Count != 2) throw call.Wrong($"{values.Count} values", "off and on");
        int axis = call.Axis(_axis, indices.Rank + 1), inner = 1;
        foreach (int beyond in indices.Sizes[axis..]) inner *= beyond;
        T off = values.ReadAs<T>()[0], on = values.ReadAs<T>()[1];
        Span<int> sizes = stackalloc int[indices.Rank + 1];
        indices.Sizes[..axis].CopyTo(sizes);
        sizes[axis] = depth;
        indices.Sizes[axis..].CopyTo(sizes[(axis + 1)..]);
        var y = call.Output.WriteAs<T>(values.Type, sizes);
        y.Fill(off);
        for (int i = 0; i < indices.Count; i++)
        {
            long index = Index(call, indices, i);
            if (index < 0) index += depth;
            if (index >= 0 && index < depth) y[(((i / inner * depth) + (int)index) * inner) + (i % inner)] = on;
        }
    }

    static long Index(Call call, Value value, int place) => value.Type switch
    {
        ElementType.Float32 => (long)value.Read<float>()[place],
        ElementType.Float64 => (long)value.Read<double>()[place],
        ElementType.Float16 => (long)value.Read<Half>()[place],
        ElementType.UInt64 => (long)Math.Min(value.Read<ulong>()[place], long.MaxValue),
        ElementType.UInt32 => value.Read<uint>()[place],
        ElementType.Int16 => value.Read<short>()[place],
        ElementType.UInt16 => value.Read<ushort>()[place],
        ElementType.Int8 => value.Read<sbyte>()[place],
        ElementType.UInt8 => value.Read<byte>()[place],
        _ => WholeNumbers.At(value, place, call),
    };
}
