using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The slices along an axis (without one: the elements) whose flag is set; what no flag stands for is dropped.</summary>
sealed class Compress(Node node) : MovingKernel
{
    readonly long? _axis = node.HasAttribute("axis") ? node.Int("axis", 0) : null;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        var flags = call.Input(1).Read<bool>();
        int axis = _axis is { } named ? call.Axis(named, x.Rank) : 0, size = _axis is null ? x.Count : x.Sizes[axis], inner = 1;
        if (_axis is not null)
            foreach (int beyond in x.Sizes[(axis + 1)..]) inner *= beyond;
        if (flags.Length > size) throw call.Wrong($"{flags.Length} flags", $"at most {size}");
        int kept = flags.Count(true);
        var from = x.ReadAs<T>();
        var to = call.Output.WriteAs<T>(x.Type, _axis is null ? [kept] : [.. x.Sizes[..axis], kept, .. x.Sizes[(axis + 1)..]]);
        for (int outer = 0, at = 0; at < to.Length; outer++)
            for (int i = 0; i < flags.Length; i++)
                if (flags[i])
                {
                    from.Slice(((outer * size) + i) * inner, inner).CopyTo(to[at..]);
                    at += inner;
                }
    }
}
