namespace Takt.Graphs.Plans.Operators;

/// <summary>Cuts values along an axis and joins them again.</summary>
static class Pieces
{
    /// <summary>The slice at one place of an axis, without that axis.</summary>
    public static Value Take(Value source, int axis, int place, Call call) => Cut(source, axis, place, 1, keepAxis: false, call);

    /// <summary>Some places of an axis.</summary>
    public static Value Cut(Value source, int axis, int start, int length, bool keepAxis, Call call)
    {
        if (source.Items is not null) throw call.Wrong($"{source}", "a tensor");
        var piece = new Value(new Storage());
        if (source.Type == ElementType.String) Cut<string>(source, axis, start, length, keepAxis, piece);
        else
            switch (source.Type.Bytes())
            {
                case sizeof(byte): Cut<byte>(source, axis, start, length, keepAxis, piece); break;
                case sizeof(ushort): Cut<ushort>(source, axis, start, length, keepAxis, piece); break;
                case sizeof(uint): Cut<uint>(source, axis, start, length, keepAxis, piece); break;
                default: Cut<ulong>(source, axis, start, length, keepAxis, piece); break;
            }

        return piece;
    }

    /// <summary>Joins values along an axis that they have, or stacks them along a new one. Where there is none, what the graph declares of an item tells type and sizes.</summary>
    public static void Join(IReadOnlyList<Value> items, long axis, bool isNewAxis, Value target, TensorInfo declared, Call call)
    {
        if (items.Count == 0)
        {
            int[] sizes = [.. declared.Sizes?.Select(s => Math.Max(s, 0)) ?? []];
            JoinNone(sizes, call.Axis(axis, sizes.Length + (isNewAxis ? 1 : 0)), isNewAxis, target, declared.Type, call);
            return;
        }

        var first = items[0];
        int along = call.Axis(axis, first.Rank + (isNewAxis ? 1 : 0)), total = 0;
        foreach (var item in items)
        {
            if (item.Items is not null) throw call.Wrong($"{item}", "a tensor");
            if (item.Type != first.Type || item.Rank != first.Rank) throw call.Wrong($"{first} beside {item}", "tensors of one type and rank");
            for (int i = 0; i < item.Rank; i++)
                if ((isNewAxis || i != along) && item.Sizes[i] != first.Sizes[i]) throw call.Wrong($"{first} beside {item}", "tensors of the same sizes");
            total = checked(total + (isNewAxis ? 1 : item.Sizes[along]));
        }

        int[] joined = [.. first.Sizes[..along], total, .. first.Sizes[(isNewAxis ? along : along + 1)..]];
        if (first.Type == ElementType.String) Join<string>(items, along, isNewAxis, target, joined);
        else
            switch (first.Type.Bytes())
            {
                case sizeof(byte): Join<byte>(items, along, isNewAxis, target, joined); break;
                case sizeof(ushort): Join<ushort>(items, along, isNewAxis, target, joined); break;
                case sizeof(uint): Join<uint>(items, along, isNewAxis, target, joined); break;
                default: Join<ulong>(items, along, isNewAxis, target, joined); break;
            }
    }

    static void JoinNone(int[] sizes, int axis, bool isNewAxis, Value target, ElementType type, Call call)
    {
        if (type == ElementType.Undefined) throw call.Wrong("nothing to join, and no type declared", "a declared type");
        int[] joined = isNewAxis ? [.. sizes[..axis], 0, .. sizes[axis..]] : [.. sizes[..axis], 0, .. sizes[(axis + 1)..]];
        if (type == ElementType.String) target.WriteTexts(joined);
        else target.Write(type, joined);
    }

    static void Cut<T>(Value source, int axis, int start, int length, bool keepAxis, Value piece)
    {
        int size = source.Sizes[axis], inner = Product(source.Sizes[(axis + 1)..]);
        ReadOnlySpan<int> kept = keepAxis ? [length] : [];
        var from = source.ReadAs<T>();
        var to = piece.WriteAs<T>(source.Type, [.. source.Sizes[..axis], .. kept, .. source.Sizes[(axis + 1)..]]);
        int run = length * inner;
        for (int outer = 0, at = 0; at < to.Length; outer++, at += run) from.Slice(((outer * size) + start) * inner, run).CopyTo(to[at..]);
    }

    static void Join<T>(IReadOnlyList<Value> items, int axis, bool isNewAxis, Value target, int[] sizes)
    {
        var to = target.WriteAs<T>(items[0].Type, sizes);
        int inner = Product(sizes.AsSpan()[(axis + 1)..]), row = inner * sizes[axis], at = 0;
        foreach (var item in items)
        {
            var from = item.ReadAs<T>();
            int run = isNewAxis ? inner : inner * item.Sizes[axis];
            for (int start = at; run > 0 && start < to.Length; start += row, from = from[run..]) from[..run].CopyTo(to[start..]);
            at += run;
        }
    }

    static int Product(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes) product *= size;
        return product;
    }
}
