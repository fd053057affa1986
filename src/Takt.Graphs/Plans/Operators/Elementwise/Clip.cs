using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = min(max(x, least), most). The bounds are attributes until operator set 10, inputs from 11 on; either may be left out.</summary>
sealed class Clip(Node node) : NumberKernel
{
    readonly float? _least = node.HasAttribute("min") ? node.Float("min", 0) : null, _most = node.HasAttribute("max") ? node.Float("max", 0) : null;

    protected override void Run<T>(Call call)
    {
        var (least, most) = (Bound<T>(call, 1, _least), Bound<T>(call, 2, _most));
        bool hasInfinity = default(T) is float or double or Half;
        T low = least ?? (hasInfinity ? T.CreateTruncating(float.NegativeInfinity) : T.MinValue), high = most ?? (hasInfinity ? T.CreateTruncating(float.PositiveInfinity) : T.MaxValue);
        var x = call.Input().Read<T>();
        var y = call.Output.Write<T>(call.Input().Sizes);
        int i = 0;
        if (Vector<T>.IsSupported)
        {
            Vector<T> lows = new(low), highs = new(high);
            for (int width = Vector<T>.Count; i <= x.Length - width; i += width) Vector.Min(Vector.Max(new Vector<T>(x[i..]), lows), highs).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++) y[i] = T.Min(T.Max(x[i], low), high);
    }

    static T? Bound<T>(Call call, int input, float? attribute) where T : unmanaged, INumber<T> =>
        call.OptionalInput(input) is not { } given ? attribute is { } bound ? T.CreateSaturating(bound) : null
        : given.Count == 1 ? given.Read<T>()[0]
        : throw call.Wrong($"a bound of sizes {Value.Text(given.Sizes)}", "a single number");
}
