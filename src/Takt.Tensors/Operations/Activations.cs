namespace Takt.Tensors;

/// <summary>Activation functions, element by element; each with its derivative beside it.</summary>
public static class Activations
{
    extension(Tensor x)
    {
        /// <summary>y = max(x, 0); dy/dx = 1 where x &gt; 0, else 0.</summary>
        public Tensor Relu() => Elementwise.Apply("Relu", x, static v => MathF.Max(v, 0), static (v, _) => v > 0 ? 1 : 0);

        /// <summary>y = x where x &gt; 0, else <paramref name="slope"/>·x.</summary>
        /// <param name="slope">The slope on the negative side.</param>
        public Tensor LeakyRelu(float slope = 0.01f) =>
            Elementwise.Apply("LeakyRelu", x, v => v > 0 ? v : slope * v, (v, _) => v > 0 ? 1 : slope, new OperationAttribute("alpha", slope));

        /// <summary>y = tanh x; dy/dx = 1 − y².</summary>
        public Tensor Tanh() => Elementwise.Apply("Tanh", x, MathF.Tanh, static (_, y) => 1 - (y * y));

        /// <summary>y = σ(x) = 1/(1 + e⁻ˣ); dy/dx = y·(1 − y).</summary>
        public Tensor Sigmoid() => Elementwise.Apply("Sigmoid", x, static v => 1 / (1 + MathF.Exp(-v)), static (_, y) => y * (1 - y));

        /// <summary>y = x·Φ(x) with Φ the normal distribution (erf form); dy/dx = Φ(x) + x·φ(x).</summary>
        public Tensor Gelu() => Elementwise.Apply("Gelu", x, static v => (float)(v * Phi(v)), static (v, _) => (float)(Phi(v) + (v * Math.Exp(-0.5 * v * v) * 0.3989422804014327)));

        /// <summary>y = x·σ(x), also called swish. Two operations, so that its graph runs on every ONNX opset.</summary>
        public Tensor Silu() => x * x.Sigmoid();
    }

    static double Phi(double x) => 0.5 * (1 + ErrorFunction(x / Math.Sqrt(2)));

    static double ErrorFunction(double x)
    {
        if (Math.Abs(x) > 6) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return sum * 1.1283791670955126;
    }
}
