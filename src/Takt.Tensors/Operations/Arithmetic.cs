using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Element by element: +, −, ·, /. Shapes that differ are broadcast as NumPy and ONNX do: aligned at the innermost size, sizes of 1 stretch.</summary>
public static class Arithmetic
{
    extension(Tensor)
    {
        /// <summary>Sum: d/da = 1, d/db = 1.</summary>
        public static Tensor operator +(Tensor a, Tensor b)
        {
            var y = Broadcasting.Map("Add", a, b, static (u, v) => u + v);
            return Tape.Record("Add", [a, b], y, dy =>
            {
                Broadcasting.AddGradient(a, dy, static (g, _, _) => g, a, b);
                Broadcasting.AddGradient(b, dy, static (g, _, _) => g, a, b);
            });
        }

        /// <summary>Difference: d/da = 1, d/db = −1.</summary>
        public static Tensor operator -(Tensor a, Tensor b)
        {
            var y = Broadcasting.Map("Sub", a, b, static (u, v) => u - v);
            return Tape.Record("Sub", [a, b], y, dy =>
            {
                Broadcasting.AddGradient(a, dy, static (g, _, _) => g, a, b);
                Broadcasting.AddGradient(b, dy, static (g, _, _) => -g, a, b);
            });
        }

        /// <summary>Product: d/da = b, d/db = a.</summary>
        public static Tensor operator *(Tensor a, Tensor b)
        {
            var y = Broadcasting.Map("Mul", a, b, static (u, v) => u * v);
            return Tape.Record("Mul", [a, b], y, dy =>
            {
                Broadcasting.AddGradient(a, dy, static (g, _, v) => g * v, a, b);
                Broadcasting.AddGradient(b, dy, static (g, u, _) => g * u, a, b);
            });
        }

        /// <summary>Quotient: d/da = 1/b, d/db = −a/b².</summary>
        public static Tensor operator /(Tensor a, Tensor b)
        {
            var y = Broadcasting.Map("Div", a, b, static (u, v) => u / v);
            return Tape.Record("Div", [a, b], y, dy =>
            {
                Broadcasting.AddGradient(a, dy, static (g, _, v) => g / v, a, b);
                Broadcasting.AddGradient(b, dy, static (g, u, v) => -g * u / (v * v), a, b);
            });
        }

        /// <summary>Negative: d/dx = −1.</summary>
        public static Tensor operator -(Tensor x) => Elementwise.Apply("Neg", x, static v => -v, static (_, _) => -1);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(Tensor a, float b) => a + Tensor.Scalar(b);

        /// <summary>Sum with a number.</summary>
        public static Tensor operator +(float a, Tensor b) => Tensor.Scalar(a) + b;

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(Tensor a, float b) => a - Tensor.Scalar(b);

        /// <summary>Difference with a number.</summary>
        public static Tensor operator -(float a, Tensor b) => Tensor.Scalar(a) - b;

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(Tensor a, float b) => a * Tensor.Scalar(b);

        /// <summary>Product with a number.</summary>
        public static Tensor operator *(float a, Tensor b) => Tensor.Scalar(a) * b;

        /// <summary>Quotient by a number.</summary>
        public static Tensor operator /(Tensor a, float b) => a / Tensor.Scalar(b);
    }
}
