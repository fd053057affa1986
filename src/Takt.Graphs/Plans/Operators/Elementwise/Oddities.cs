using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Where an element is not a number.</summary>
sealed class IsNaN : FloatKernel
{
    protected override void Run<T>(Call call)
    {
        var x = call.Input().Read<T>();
        var y = call.Output.Write<bool>(call.Input().Sizes);
        for (int i = 0; i < y.Length; i++) y[i] = T.IsNaN(x[i]);
    }
}

/// <summary>Where an element is infinite, on one side or both.</summary>
sealed class IsInfinite(Node node) : FloatKernel
{
    readonly bool _positive = node.Int("detect_positive", 1) != 0, _negative = node.Int("detect_negative", 1) != 0;

    protected override void Run<T>(Call call)
    {
        var x = call.Input().Read<T>();
        var y = call.Output.Write<bool>(call.Input().Sizes);
        for (int i = 0; i < y.Length; i++) y[i] = (_positive && T.IsPositiveInfinity(x[i])) || (_negative && T.IsNegativeInfinity(x[i]));
    }
}
