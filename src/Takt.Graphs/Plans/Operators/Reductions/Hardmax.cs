using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>1 at the first greatest element, 0 elsewhere. From operator set 13 on along one axis (default the last); before, over all axes from <c>axis</c> (default 1) on at once.</summary>
sealed class Hardmax(Node node) : FloatKernel
{
    const int FirstOpsetAlongOneAxis = 13;
    readonly bool _oneAxis = node.Opset >= FirstOpsetAlongOneAxis;
    readonly long _axis = node.Int("axis", node.Opset >= FirstOpsetAlongOneAxis ? -1 : 1);

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int axis = !_oneAxis && _axis == x.Rank ? x.Rank : call.Axis(_axis, x.Rank), width = 1, apart = 1;
        for (int i = axis; i < x.Rank; i++)
            if (i == axis || !_oneAxis) width *= x.Sizes[i];
            else apart *= x.Sizes[i];
        var from = x.Read<T>();
        var y = call.Output.Write<T>(x.Sizes);
        y.Clear();
        for (int block = 0; block < y.Length; block += width * apart)
            for (int lane = block; lane < block + apart; lane++)
            {
                int best = lane;
                for (int i = 1, at = lane + apart; i < width; i++, at += apart)
                    if (from[at] > from[best]) best = at;
                y[best] = T.One;
            }
    }
}
