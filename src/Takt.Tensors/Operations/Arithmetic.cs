using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Element by element: +, −, ·, /. Shapes that differ are broadcast as NumPy and ONNX do: aligned at the innermost size, sizes of 1 stretch.</summary>
public static class Arithmetic
{
    extension(Tensor)
    {
        /// <summary>Sum: d/da = 1, d/db = 1.</summary>
        public static Tensor operator +(Tensor a, Tensor b) => Tape.Run<Pairwise<Plus>, string>("Add", a, b);

        /// <summary>Difference: d/da = 1, d/db = −1.</summary>
        public static Tensor operator -(Tensor a, Tensor b) => Tape.Run<Pairwise<Minus>, string>("Sub", a, b);

        /// <summary>Product: d/da = b, d/db = a.</summary>
        public static Tensor operator *(Tensor a, Tensor b) => Tape.Run<Pairwise<Times>, string>("Mul", a, b);

        /// <summary>Quotient: d/da = 1/b, d/db = −a/b².</summary>
        public static Tensor operator /(Tensor a, Tensor b) => Tape.Run<Pairwise<Over>, string>("Div", a, b);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(Tensor a, float b) => a + Tensor.Constant(b);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(float a, Tensor b) => Tensor.Constant(a) + b;

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(Tensor a, float b) => a - Tensor.Constant(b);

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(float a, Tensor b) => Tensor.Constant(a) - b;

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(Tensor a, float b) => a * Tensor.Constant(b);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(float a, Tensor b) => Tensor.Constant(a) * b;

        /// <summary>Quotient by a number.</summary>
        public static Tensor operator /(Tensor a, float b) => a / Tensor.Constant(b);

        /// <summary>Quotient of a number.</summary>
        public static Tensor operator /(float a, Tensor b) => Tensor.Constant(a) / b;
    }

    sealed class Pairwise<TFunction> : Record<string> where TFunction : struct, IFunction2
    {
        Broadcasting _shapes;

        public override string Name => Settings;

        internal override Tensor Prepare() => Room((_shapes = new(Name, this[0].Shape, this[1].Shape)).Shape);

        internal override void Forward() => Maps2.Apply(default(TFunction), _shapes, this[0].Values, this[1].Values, Output.Values);

        internal override void Backward(Tensor dy)
        {
            var (a, b) = (this[0], this[1]);
            if (typeof(TFunction) == typeof(Plus) && a.Shape == b.Shape)   // both take the gradient as it is
            {
                if (b.RequiresGradient) Gradients.Add(b, dy.Values);
                if (a.RequiresGradient) Gradients.HandOn(Output, a);
                return;
            }

            if (a.RequiresGradient) Maps2.AddSlope(default(TFunction), _shapes, toB: false, a.Values, b.Values, dy.Values, Gradients.Begin(a));
            if (b.RequiresGradient) Maps2.AddSlope(default(TFunction), _shapes, toB: true, a.Values, b.Values, dy.Values, Gradients.Begin(b));
        }

        internal override Tensor Derivative(int input, Tensor dy) => Gradients.SumTo((Name, input) switch
        {
            ("Add", _) or ("Sub", 0) => dy,
            ("Sub", _) => -dy,
            ("Mul", _) => dy * this[1 - input],
            (_, 0) => dy / this[1],
            _ => -(dy * Output / this[1]),
        }, this[input].Shape);
    }
}
