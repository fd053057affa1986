using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Activation functions, element by element. Value and derivative stand side by side in the function each of them names; here stands the derivative in operations, for gradients of gradients.</summary>
public static class Activations
{
    static readonly ElementwiseSettings<Relu> s_relu = new("Relu", default, static (_, x, _) => Step(x));
    static readonly ElementwiseSettings<Tanh> s_tanh = new("Tanh", default, static (_, _, y) => 1 - (y * y));
    static readonly ElementwiseSettings<Sigmoid> s_sigmoid = new("Sigmoid", default, static (_, _, y) => y * (1 - y));
    static readonly ElementwiseSettings<Gelu> s_gelu = new("Gelu", default, static (_, x, _) => GeluSlope(x));
    static readonly ElementwiseSettings<GeluTanh> s_geluTanh = new("Gelu", default, static (_, x, _) => GeluTanhSlope(x), static _ => [new("approximate", "tanh")]);
    static readonly Func<LeakyRelu, Tensor, Tensor, Tensor> s_leakySlope = static (f, x, _) => (Step(x) * (1 - f.Below)) + f.Below;
    static readonly Func<LeakyRelu, OperationAttribute[]> s_leakyAttributes = static f => [new("alpha", f.Below)];

    extension(Tensor x)
    {
        /// <summary>y = max(x, 0).</summary>
        public Tensor Relu() => s_relu.Of(x);

        /// <summary>y = x where x &gt; 0, else <paramref name="slope"/>·x.</summary>
        /// <param name="slope">The slope on the negative side.</param>
        public Tensor LeakyRelu(float slope = 0.01f) => new ElementwiseSettings<LeakyRelu>("LeakyRelu", new(slope), s_leakySlope, s_leakyAttributes).Of(x);

        /// <summary>y = tanh x, within 4e-7 of the exact value.</summary>
        public Tensor Tanh() => s_tanh.Of(x);

        /// <summary>y = σ(x) = 1/(1 + e⁻ˣ).</summary>
        public Tensor Sigmoid() => s_sigmoid.Of(x);

        /// <summary>y = x·Φ(x) with Φ the normal distribution (Hendrycks and Gimpel 2016, arXiv:1606.08415; the exact form, with erf).</summary>
        public Tensor Gelu() => s_gelu.Of(x);

        /// <summary>y = ½x·(1 + tanh(√(2/π)·(x + 0.044715x³))): the same from a hyperbolic tangent, within 5e-4 of <see cref="Gelu"/>; what GPT-2 and its kin were trained with.</summary>
        public Tensor GeluTanh() => s_geluTanh.Of(x);

        /// <summary>y = x·σ(x), also called swish. Two operations, so that its graph runs on every ONNX opset.</summary>
        public Tensor Silu() => x * x.Sigmoid();
    }

    /// <summary>1 where x &gt; 0, else 0.</summary>
    static Tensor Step(Tensor x) => x.Greater(Tensor.Constant(0)).To(ElementType.Float32);

    /// <summary>Φ(x) + x·φ(x), φ(x) = e^(−x²/2)/√(2π).</summary>
    static Tensor GeluSlope(Tensor x) => (((x * 0.7071067811865476f).Erf() + 1) * 0.5f) + (x * (x * x * -0.5f).Exp() * 0.3989422804014327f);

    /// <summary>½(1 + t) + ½x(1 − t²)·u′ with t = tanh u, u = √(2/π)(x + 0.044715x³).</summary>
    static Tensor GeluTanhSlope(Tensor x)
    {
        const float scale = 0.7978845608028654f, cubic = 0.044715f;
        var square = x * x;
        var t = (x * (1 + (square * cubic)) * scale).Tanh();
        return ((1 + t) + (x * (1 - (t * t)) * ((1 + (square * (3 * cubic))) * scale))) * 0.5f;
    }
}
