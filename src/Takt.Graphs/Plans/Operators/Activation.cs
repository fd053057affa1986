using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A function of one number, run over many at once. The functions themselves are those that training uses.</summary>
abstract class Activation
{
    /// <summary>Whether the operator is such a function.</summary>
    public static bool Knows(string operation) => operation is "Neg" or "Relu" or "LeakyRelu" or "Tanh" or "Sigmoid" or "Gelu" or "Erf";

    /// <summary>The function of a node.</summary>
    public static Activation Of(Node node) => node.Operator switch
    {
        "Neg" => new Scalar(v => -v),
        "Relu" => new Scalar(v => MathF.Max(v, 0)),
        "LeakyRelu" when node.Float("alpha", 0.01f) is var slope => new Scalar(v => v > 0 ? v : slope * v),
        "Tanh" => new Scalar(MathF.Tanh),
        "Sigmoid" => new Scalar(v => 1 / (1 + MathF.Exp(-v))),
        _ => throw node.Wrong($"operator {node.Operator}", "an activation"),
    };

    /// <summary>y = f(x), element by element; both may be the same memory.</summary>
    public abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    sealed class Scalar(Func<float, float> function) : Activation
    {
        public override void Apply(ReadOnlySpan<float> x, Span<float> y)
        {
            for (int i = 0; i < x.Length; i++) y[i] = function(x[i]);
        }
    }
}
