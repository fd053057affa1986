using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Operators of several values, element by element.</summary>
static class PairwiseOperators
{
    /// <summary>One after the other, from the first on.</summary>
    public static Tensor Join(TapeCall call, Func<Tensor, Tensor, Tensor> join)
    {
        var joined = call.X;
        for (int i = 1; i < call.InputCount; i++) joined = join(joined, call.Input(i));
        return joined;
    }

    /// <summary>Small whole exponents are products and ½ is the root, so that negative numbers and 0 keep their derivatives; others need positive numbers.</summary>
    public static Tensor Power(TapeCall call)
    {
        var x = call.X;
        var exponent = call.Input(1);
        if (exponent.Type != ElementType.Float32) exponent = exponent.To(ElementType.Float32);
        if (exponent.Length != 1 || exponent.RequiresGradient) return (exponent * x.Log()).Exp();
        return exponent.Values[0] switch
        {
            0 => (x * 0) + 1,
            1 => x,
            0.5f => x.Sqrt(),
            -0.5f => 1 / x.Sqrt(),
            var n when float.IsInteger(n) && Math.Abs(n) <= 16 => n > 0 ? Product(x, (int)n) : 1 / Product(x, (int)-n),
            var n => (n * x.Log()).Exp(),
        };
    }

    static Tensor Product(Tensor x, int times)
    {
        var product = x;
        for (int i = 1; i < times; i++) product *= x;
        return product;
    }
}
