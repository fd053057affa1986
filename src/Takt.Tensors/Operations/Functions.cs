using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Functions of every element that are not activations.</summary>
public static class Functions
{
    static readonly ElementwiseSettings<Negative> s_negative = new("Neg", default, static (_, _, _) => Tensor.Constant(-1));
    static readonly ElementwiseSettings<Exponential> s_exponential = new("Exp", default, static (_, _, y) => y);
    static readonly ElementwiseSettings<SquareRoot> s_root = new("Sqrt", default, static (_, _, y) => 0.5f / y);
    static readonly ElementwiseSettings<AbsoluteValue> s_absolute = new("Abs", default, static (_, x, _) => Sign(x));
    static readonly ElementwiseSettings<ErrorFunction> s_error = new("Erf", default, static (_, x, _) => (-(x * x)).Exp() * 1.1283791670955126f);

    extension(Tensor x)
    {
        /// <summary>Negative: d/dx = −1.</summary>
        public static Tensor operator -(Tensor a) => s_negative.Of(a);

        /// <summary>y = eˣ; d/dx = y.</summary>
        public Tensor Exp() => s_exponential.Of(x);

        /// <summary>y = √x; d/dx = 1/(2y), which at 0 is infinite: add a little where x may be 0.</summary>
        public Tensor Sqrt() => s_root.Of(x);

        /// <summary>y = |x|; d/dx = the sign of x, 0 at 0.</summary>
        public Tensor Abs() => s_absolute.Of(x);

        /// <summary>y = erf x, within 6e-7; d/dx = 2/√π · e^(−x²).</summary>
        public Tensor Erf() => s_error.Of(x);

        /// <summary>y = ln x; d/dx = 1/x.</summary>
        public Tensor Log() => Tape.Run<Logarithm>(x);
    }

    static Tensor Sign(Tensor x) => x.Greater(Tensor.Constant(0)).To(ElementType.Float32) - x.Less(Tensor.Constant(0)).To(ElementType.Float32);

    sealed class Logarithm : Record<ValueTuple>
    {
        public override string Name => "Log";

        internal override Tensor Prepare() => Room(this[0].Shape);

        internal override void Forward()
        {
            ReadOnlySpan<float> x = this[0].Values;
            var y = Output.Values;
            for (int i = 0; i < y.Length; i++) y[i] = x[i] > 0 ? (float)PortableLogarithm.Of(x[i]) : x[i] == 0 ? float.NegativeInfinity : float.NaN;
        }

        internal override void Backward(Tensor dy)
        {
            var dx = Gradients.Begin(this[0]);
            for (int i = 0; i < dx.Length; i++) dx[i] += dy.Values[i] / this[0].Values[i];
        }

        internal override Tensor Derivative(int input, Tensor dy) => dy / this[0];
    }
}
