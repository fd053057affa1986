using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = f(x·coefficientsᵀ + intercepts).</summary>
sealed class LinearRegressor(Node node) : Kernel
{
    readonly LinearScores _scores = new(node, (int)Math.Clamp(node.Int("targets", 1), 0, int.MaxValue), node.Numbers("coefficients"), node.Numbers("intercepts"));
    readonly PostTransform _transform = node.ReadPostTransform();

    public override void Run(Call call)
    {
        var scores = _scores.Of(call, out int rows);
        for (int start = 0; start < scores.Length; start += _scores.Scores) _transform.Apply(scores.Slice(start, _scores.Scores));
        Numbers.Write<double>(scores, call.Output, ElementType.Float32, [rows, _scores.Scores], call);
    }
}
