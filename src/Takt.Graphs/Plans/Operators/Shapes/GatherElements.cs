using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>For each index the element of the data that stands at the same place, but along one axis where the index says.</summary>
sealed class GatherElements(Node node) : MovingKernel
{
    readonly long _axis = node.Int("axis", 0);

    protected override void Run<T>(Call call)
    {
        var (data, indices) = (call.Input(0), call.Input(1));
        int axis = call.Axis(_axis, data.Rank);
        ElementPlaces.Check(call, data, indices, axis);
        var from = data.ReadAs<T>();
        var to = call.Output.WriteAs<T>(data.Type, indices.Sizes);
        Span<int> position = stackalloc int[data.Rank];
        position.Clear();
        for (int i = 0; i < to.Length; i++, Broadcast.Advance(position, indices.Sizes)) to[i] = from[ElementPlaces.Of(call, data, indices, axis, i, position)];
    }
}
