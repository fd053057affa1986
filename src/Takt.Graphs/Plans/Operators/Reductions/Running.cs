using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Running sums or products along an axis: of the elements up to each (exclusive: before it), or from the end (reverse).</summary>
sealed class Running(Node node, bool isProduct) : NumberKernel
{
    readonly bool _exclusive = node.Int("exclusive", 0) != 0, _reverse = node.Int("reverse", 0) != 0;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        var lanes = Lanes.Of(call, x, WholeNumbers.Single(call.Input(1), call));
        var from = x.Read<T>();
        var y = call.Output.Write<T>(x.Sizes);
        for (int lane = 0; lane < lanes.Count; lane++)
        {
            var running = isProduct ? T.One : T.Zero;
            int at = lanes.Start(lane) + (_reverse ? (lanes.Size - 1) * lanes.Apart : 0), step = _reverse ? -lanes.Apart : lanes.Apart;
            for (int i = 0; i < lanes.Size; i++, at += step)
            {
                if (_exclusive) y[at] = running;
                running = isProduct ? running * from[at] : running + from[at];
                if (!_exclusive) y[at] = running;
            }
        }
    }
}
