using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The different elements (or slices along an axis), sorted or in order of appearance; where each first stood, which one each element is, and how often each appears.</summary>
sealed class Unique(Node node) : Kernel
{
    readonly bool _sorted = node.Int("sorted", 1) != 0;
    readonly long? _axis = node.HasAttribute("axis") ? node.Int("axis", 0) : null;

    public override void Run(Call call)
    {
        switch (call.Input().Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case ElementType.Float16: Run<Half>(call); break;
            case ElementType.Int64: Run<long>(call); break;
            case ElementType.Int32: Run<int>(call); break;
            case ElementType.Int16: Run<short>(call); break;
            case ElementType.Int8: Run<sbyte>(call); break;
            case ElementType.UInt64: Run<ulong>(call); break;
            case ElementType.UInt32: Run<uint>(call); break;
            case ElementType.UInt16: Run<ushort>(call); break;
            case ElementType.UInt8 or ElementType.Bool: Run<byte>(call); break;
            case ElementType.String: Run<string>(call); break;
            default: throw call.Wrong($"elements of {call.Input().Type}", "numbers, booleans or texts");
        }
    }

    void Run<T>(Call call) where T : IComparable<T>
    {
        var x = call.Input();
        int axis = _axis is { } named ? call.Axis(named, x.Rank) : 0, count = _axis is null ? x.Count : x.Sizes[axis], inner = 1;
        if (_axis is not null)
            foreach (int beyond in x.Sizes[(axis + 1)..]) inner *= beyond;
        int length = count == 0 ? 0 : x.Count / count;   // elements of a slice
        T[] elements = x.ReadAs<T>().ToArray();
        var first = new List<int>();   // where each different slice first stood
        int[] which = new int[count], order = new int[count];
        for (int i = 0; i < count; i++) order[i] = i;
        Array.Sort(order, (a, b) => Compare(a, b) is var by && by != 0 ? by : a - b);   // equals in order of appearance
        for (int i = 0; i < count; i++)
        {
            if (i == 0 || Compare(order[i - 1], order[i]) != 0) first.Add(order[i]);
            which[order[i]] = first.Count - 1;
        }

        if (!_sorted)
        {
            int[] byAppearance = [.. Enumerable.Range(0, first.Count).OrderBy(i => first[i])], rank = new int[first.Count];
            for (int i = 0; i < rank.Length; i++) rank[byAppearance[i]] = i;
            for (int i = 0; i < count; i++) which[i] = rank[which[i]];
            first.Sort();
        }

        if (call.OptionalOutput(0) is { } y)
        {
            var to = y.WriteAs<T>(x.Type, _axis is null ? [first.Count] : [.. x.Sizes[..axis], first.Count, .. x.Sizes[(axis + 1)..]]);
            for (int slice = 0; slice < first.Count; slice++)
                for (int k = 0; k < length; k++) to[At(slice, k, first.Count)] = elements[At(first[slice], k, count)];
        }

        Write(call.OptionalOutput(1), first);
        Write(call.OptionalOutput(2), which);
        if (call.OptionalOutput(3) is { } counts)
        {
            var to = counts.Write<long>([first.Count]);
            to.Clear();
            foreach (int slice in which) to[slice]++;
        }

        int At(int slice, int k, int slices) => (((k / inner * slices) + slice) * inner) + (k % inner);

        int Compare(int a, int b)
        {
            for (int k = 0; k < length; k++)
                if ((typeof(T) == typeof(string) ? string.CompareOrdinal(elements[At(a, k, count)] as string, elements[At(b, k, count)] as string) : elements[At(a, k, count)].CompareTo(elements[At(b, k, count)])) is var by && by != 0) return by;
            return 0;
        }
    }

    static void Write(Value? output, IReadOnlyList<int> numbers)
    {
        if (output is null) return;
        var to = output.Write<long>([numbers.Count]);
        for (int i = 0; i < to.Length; i++) to[i] = numbers[i];
    }
}
