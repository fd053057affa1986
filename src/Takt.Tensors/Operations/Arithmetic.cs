using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Element by element: +, −, ·, /. Shapes that differ are broadcast as NumPy and ONNX do: aligned at the innermost size, sizes of 1 stretch.</summary>
public static class Arithmetic
{
    extension(Tensor)
    {
        /// <summary>Sum: d/da = 1, d/db = 1.</summary>
        public static Tensor operator +(Tensor a, Tensor b) => Apply("Add", default(Plus), a, b);

        /// <summary>Difference: d/da = 1, d/db = −1.</summary>
        public static Tensor operator -(Tensor a, Tensor b) => Apply("Sub", default(Minus), a, b);

        /// <summary>Product: d/da = b, d/db = a.</summary>
        public static Tensor operator *(Tensor a, Tensor b) => Apply("Mul", default(Times), a, b);

        /// <summary>Quotient: d/da = 1/b, d/db = −a/b².</summary>
        public static Tensor operator /(Tensor a, Tensor b) => Apply("Div", default(Over), a, b);

        /// <summary>Negative: d/dx = −1.</summary>
        public static Tensor operator -(Tensor x) => Elementwise.Apply("Neg", default(Negative), x);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(Tensor a, float b) => a + Number(b);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(float a, Tensor b) => Number(a) + b;

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(Tensor a, float b) => a - Number(b);

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(float a, Tensor b) => Number(a) - b;

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(Tensor a, float b) => a * Number(b);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(float a, Tensor b) => Number(a) * b;

        /// <summary>Quotient by a number.</summary>
        public static Tensor operator /(Tensor a, float b) => a / Number(b);
    }

    static Tensor Apply<TFunction>(string name, TFunction f, Tensor a, Tensor b) where TFunction : struct, IFunction2
    {
        var shapes = new Broadcasting(name, a.Shape, b.Shape);
        var y = Tape.Allocate(shapes.Shape);
        Maps2.Apply(f, shapes, a.Values, b.Values, y.Values);
        return Tape.Record(name, [a, b], y, dy =>
        {
            if (typeof(TFunction) == typeof(Plus) && a.Shape == b.Shape)   // both take the gradient as it is
            {
                if (b.RequiresGradient) Gradients.Add(b, dy.Values);
                if (a.RequiresGradient) Gradients.HandOn(y, a);
                return;
            }

            if (a.RequiresGradient) Maps2.AddSlope(f, shapes, toB: false, a.Values, b.Values, dy.Values, Gradients.Begin(a));
            if (b.RequiresGradient) Maps2.AddSlope(f, shapes, toB: true, a.Values, b.Values, dy.Values, Gradients.Begin(b));
        });
    }

    static Tensor Number(float value)
    {
        var number = Tape.Allocate(Shape.Scalar);
        number.Values[0] = value;
        return number;
    }
}
