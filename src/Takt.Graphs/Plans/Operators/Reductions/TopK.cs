using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The k greatest (or least) elements along an axis, in order, and where they stood; of equals the one at the lower place comes first, and not a number is the greatest, as in PyTorch. k is an attribute until operator set 9.</summary>
sealed class TopK(Node node) : NumberKernel
{
    readonly long _axis = node.Int("axis", -1), _count = node.Int("k", -1);
    readonly bool _greatest = node.Int("largest", 1) != 0;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        var lanes = Lanes.Of(call, x, _axis);
        long asked = call.OptionalInput(1) is { } given ? WholeNumbers.Single(given, call) : _count;
        if (asked < 0 || asked > lanes.Size) throw call.Wrong($"k = {asked}", $"0 to {lanes.Size}");
        int k = (int)asked;
        Span<int> sizes = stackalloc int[x.Rank];
        x.Sizes.CopyTo(sizes);
        sizes[lanes.Axis] = k;
        var from = x.Read<T>();
        var values = call.OptionalOutput(0) is { } wantedValues ? wantedValues.Write<T>(sizes) : default;
        var places = call.OptionalOutput(1) is { } wantedPlaces ? wantedPlaces.Write<long>(sizes) : default;

        // One piece of working memory: the places first, as they need the stricter alignment.
        var room = call.Scratch.Take<long>(lanes.Size + (((long)lanes.Size * x.Type.Bytes()) + sizeof(long) - 1) / sizeof(long));
        var order = room[..lanes.Size];
        var keys = System.Runtime.InteropServices.MemoryMarshal.Cast<long, T>(room[lanes.Size..])[..lanes.Size];
        for (int lane = 0; lane < lanes.Count; lane++)
        {
            for (int i = 0, at = lanes.Start(lane); i < lanes.Size; i++, at += lanes.Apart) (keys[i], order[i]) = (from[at], i);
            Sort(keys, order);
            for (int i = 0, at = lanes.Start(lane, k); i < k; i++, at += lanes.Apart)
            {
                if (!values.IsEmpty) values[at] = keys[i];
                if (!places.IsEmpty) places[at] = order[i];
            }
        }
    }

    void Sort<T>(Span<T> keys, Span<long> order) where T : System.Numerics.INumber<T>
    {
        keys.Sort(order);
        Turn(keys, order);
        if (_greatest)
        {
            keys.Reverse();
            order.Reverse();
        }

        for (int start = 0, end; start < keys.Length; start = end)   // sorting does not keep the order of equals
        {
            for (end = start + 1; end < keys.Length && (keys[end] == keys[start] || (T.IsNaN(keys[end]) && T.IsNaN(keys[start])));) end++;
            if (end - start > 1) order[start..end].Sort();
        }
    }

    /// <summary>What is not a number from the front, where sorting puts it, to the back.</summary>
    static void Turn<T>(Span<T> keys, Span<long> order) where T : System.Numerics.INumber<T>
    {
        int count = 0;
        while (count < keys.Length && T.IsNaN(keys[count])) count++;
        if (count == 0) return;
        keys[..count].Reverse();
        keys[count..].Reverse();
        keys.Reverse();
        order[..count].Reverse();
        order[count..].Reverse();
        order.Reverse();
    }
}
