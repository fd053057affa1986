using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Activation functions, element by element. Value and derivative stand side by side in the function each of them names.</summary>
public static class Activations
{
    extension(Tensor x)
    {
        /// <summary>y = max(x, 0).</summary>
        public Tensor Relu() => Elementwise.Apply("Relu", default(Relu), x);

        /// <summary>y = x where x &gt; 0, else <paramref name="slope"/>·x.</summary>
        /// <param name="slope">The slope on the negative side.</param>
        public Tensor LeakyRelu(float slope = 0.01f) => Elementwise.Apply("LeakyRelu", new LeakyRelu(slope), x, new OperationAttribute("alpha", slope));

        /// <summary>y = tanh x, within 4e-7 of the exact value.</summary>
        public Tensor Tanh() => Elementwise.Apply("Tanh", default(Tanh), x);

        /// <summary>y = σ(x) = 1/(1 + e⁻ˣ).</summary>
        public Tensor Sigmoid() => Elementwise.Apply("Sigmoid", default(Sigmoid), x);

        /// <summary>y = x·Φ(x) with Φ the normal distribution (Hendrycks and Gimpel 2016, arXiv:1606.08415; the exact form, with erf).</summary>
        public Tensor Gelu() => Elementwise.Apply("Gelu", default(Gelu), x);

        /// <summary>y = ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))): the same from a hyperbolic tangent, within 5e-4 of <see cref="Gelu"/>; what GPT-2 and its kin were trained with.</summary>
        public Tensor GeluTanh() => Elementwise.Apply("Gelu", default(GeluTanh), x, new OperationAttribute("approximate", "tanh"));

        /// <summary>y = x·σ(x), also called swish. Two operations, so that its graph runs on every ONNX opset.</summary>
        public Tensor Silu() => x * x.Sigmoid();
    }
}
