using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Where along an axis the greatest (or least) element stands; of equals the first, or the last if asked for.</summary>
sealed class ArgumentOf(Node node, bool greatest) : NumberKernel
{
    readonly long _axis = node.Int("axis", 0);
    readonly bool _keep = node.Int("keepdims", 1) != 0, _last = node.Int("select_last_index", 0) != 0;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        var lanes = Lanes.Of(call, x, _axis);
        Span<int> sizes = stackalloc int[x.Rank];
        x.Sizes.CopyTo(sizes);
        if (_keep) sizes[lanes.Axis] = 1;
        else
        {
            sizes[(lanes.Axis + 1)..].CopyTo(sizes[lanes.Axis..]);
            sizes = sizes[..^1];
        }

        var from = x.Read<T>();
        if (lanes.Size == 0) throw call.Wrong("an empty axis", "at least one element");
        var places = call.Output.Write<long>(sizes);
        for (int lane = 0; lane < places.Length; lane++)
        {
            int start = lanes.Start(lane), best = 0;
            var found = from[start];
            for (int i = 1, at = start + lanes.Apart; i < lanes.Size; i++, at += lanes.Apart)
                if ((greatest ? from[at] > found : from[at] < found) || (_last && from[at] == found)) (best, found) = (i, from[at]);
            places[lane] = best;
        }
    }
}
