using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The sizes of a value, as whole numbers; start and end (operator set 15) cut out a part.</summary>
sealed class ShapeOf(Node node) : Kernel
{
    readonly long _start = node.Int("start", 0), _end = node.Int("end", long.MaxValue);

    public override void Run(Call call)
    {
        var x = call.Input();
        int start = Bound(_start, x.Rank), end = Math.Max(start, Bound(_end, x.Rank));
        var sizes = call.Output.Write<long>([end - start]);
        for (int i = start; i < end; i++) sizes[i - start] = x.Sizes[i];
    }

    static int Bound(long bound, int rank) => (int)Math.Clamp(bound < 0 ? bound + rank : bound, 0, rank);
}
