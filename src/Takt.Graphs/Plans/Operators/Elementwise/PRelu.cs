using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = x where x ≥ 0, else slope·x; the slopes stretch to x.</summary>
sealed class PRelu : NumberKernel
{
    protected override void Run<T>(Call call)
    {
        if (call.Input(0).Type != call.Input(1).Type) throw call.Wrong($"inputs of {call.Input(0).Type} and {call.Input(1).Type}", "one element type");
        Pairs.Run<T, T, T, Row<T>>(call, call.Input(0), call.Input(1), call.Input().Type, default);
    }

    readonly struct Row<T> : IPairLoop<T, T, T> where T : INumber<T>
    {
        public void Run(ReadOnlySpan<T> x, ReadOnlySpan<T> slope, Span<T> y)
        {
            if (slope.Length == 1 && x.Length == y.Length)
                for (int i = 0; i < y.Length; i++) y[i] = x[i] < T.Zero ? slope[0] * x[i] : x[i];
            else
                for (int i = 0; i < y.Length; i++)
                    y[i] = x[x.Length == 1 ? 0 : i] is var some && some < T.Zero ? slope[slope.Length == 1 ? 0 : i] * some : some;
        }
    }
}
