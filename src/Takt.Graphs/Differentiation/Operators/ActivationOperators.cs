using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Activation functions that the tape computes of several operations.</summary>
static class ActivationOperators
{
    /// <summary>x where positive, else α·(eˣ′ᵝ − 1); the exponent is never above 0, so nothing overflows.</summary>
    public static Tensor Elu(Tensor x, float alpha, float beta = 1)
    {
        var below = -(-x).Relu();
        return x.Relu() + (alpha * ((beta == 1 ? below : below / beta).Exp() - 1));
    }

    /// <summary>ln(1 + eˣ).</summary>
    public static Tensor Softplus(Tensor x) => x.Relu() + (1 + (-x.Abs()).Exp()).Log();

    /// <summary>α·x + β within 0 … 1.</summary>
    public static Tensor HardSigmoid(Tensor x, float alpha, float beta) => Within((alpha * x) + beta, 0, 1);

    public static Tensor Clip(TapeCall call) => Within(call.X, call.Number(1, "min"), call.Number(2, "max"));

    static Tensor Within(Tensor x, float? least, float? most)
    {
        if (least is { } low && !float.IsNegativeInfinity(low)) x = Bounded(x, low, (value, bound) => value.Less(bound));
        return most is { } high && !float.IsPositiveInfinity(high) ? Bounded(x, high, (value, bound) => value.Greater(bound)) : x;
    }

    static Tensor Bounded(Tensor x, float bound, Func<Tensor, Tensor, Tensor> isBeyond)
    {
        var limit = Tensor.Scalar(bound);
        return isBeyond(x, limit).Where(limit, x);
    }
}
