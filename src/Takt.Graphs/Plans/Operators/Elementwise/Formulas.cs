using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The definition of a function of one number, in any precision.</summary>
interface IFormula
{
    T Of<T>(T x) where T : IFloatingPointIeee754<T>;
}

/// <summary>The functions as the ONNX operators define them.</summary>
static class Formulas
{
    public readonly struct Relu : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Max(x, T.Zero);
    }

    public readonly struct Sigmoid : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.One / (T.One + T.Exp(-x));
    }

    public readonly struct Tanh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Tanh(x);
    }

    /// <summary>x·Φ(x).</summary>
    public readonly struct Gelu : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x * (T.One + default(Erf).Of(x / T.Sqrt(T.CreateChecked(2)))) / T.CreateChecked(2);
    }

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))).</summary>
    public readonly struct GeluTanh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> =>
            x / T.CreateChecked(2) * (T.One + T.Tanh(T.Sqrt(T.CreateChecked(2) / T.Pi) * (x + (T.CreateChecked(0.044715) * x * x * x))));
    }

    /// <summary>x·σ(αx).</summary>
    public readonly struct Swish(float alpha) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x / (T.One + T.Exp(-T.CreateChecked(alpha) * x));
    }

    public readonly struct LeakyRelu(float slope) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x > T.Zero ? x : T.CreateChecked(slope) * x;
    }

    /// <summary>αx + β, kept within 0 and 1.</summary>
    public readonly struct HardSigmoid(float alpha, float beta) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Min(T.Max((T.CreateChecked(alpha) * x) + T.CreateChecked(beta), T.Zero), T.One);
    }

    /// <summary>x times the HardSigmoid with α = ⅙.</summary>
    public readonly struct HardSwish : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x * new HardSigmoid(1 / 6f, 0.5f).Of(x);
    }

    public readonly struct Elu(float alpha) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x >= T.Zero ? x : T.CreateChecked(alpha) * T.ExpM1(x);
    }

    public readonly struct Selu(float alpha, float gamma) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateChecked(gamma) * new Elu(alpha).Of(x);
    }

    public readonly struct Celu(float alpha) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x >= T.Zero ? x : T.CreateChecked(alpha) * T.ExpM1(x / T.CreateChecked(alpha));
    }

    /// <summary>x·tanh(ln(1 + eˣ)).</summary>
    public readonly struct Mish : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x * T.Tanh(default(Softplus).Of(x));
    }

    /// <summary>ln(1 + eˣ), never overflowing: the exponent is at most 0.</summary>
    public readonly struct Softplus : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Max(x, T.Zero) + T.LogP1(T.Exp(-T.Abs(x)));
    }

    public readonly struct Softsign : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x / (T.One + T.Abs(x));
    }

    public readonly struct ThresholdedRelu(float alpha) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => x > T.CreateChecked(alpha) ? x : T.Zero;
    }

    /// <summary>Towards zero by the bias outside ±λ, 0 inside.</summary>
    public readonly struct Shrink(float lambda, float bias) : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> =>
            x < -T.CreateChecked(lambda) ? x + T.CreateChecked(bias) : x > T.CreateChecked(lambda) ? x - T.CreateChecked(bias) : T.Zero;
    }

    public readonly struct Negative : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => -x;
    }

    public readonly struct Reciprocal : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.One / x;
    }

    public readonly struct Sqrt : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Sqrt(x);
    }

    public readonly struct Exp : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Exp(x);
    }

    public readonly struct Log : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Log(x);
    }

    /// <summary>2/√π·∫₀ˣe^(−t²)dt: the power series near 0, Lentz's continued fraction of the complement beyond.</summary>
    public readonly struct Erf : IFormula
    {
        /// <summary>Where both forms are exact to more digits than anyone asks for: the series loses e^(x²) of them, the fraction converges faster the farther out.</summary>
        const double Border = 2.5;

        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.CreateChecked(Of(double.CreateChecked(x)));

        static double Of(double x)
        {
            const int Terms = 60;
            if (double.IsNaN(x)) return x;
            double size = Math.Abs(x);
            if (size > 6) return Math.Sign(x);
            if (size <= Border)
            {
                double sum = x, power = x;
                for (int n = 1; n < Terms; n++) sum += (power *= -x * x / n) / ((2 * n) + 1);
                return 2 / Math.Sqrt(Math.PI) * sum;
            }

            double tail = 0;
            for (int n = Terms; n > 0; n--) tail = n / 2.0 / (size + tail);
            return Math.Sign(x) * (1 - (Math.Exp(-size * size) / Math.Sqrt(Math.PI) / (size + tail)));
        }
    }

    public readonly struct Ceiling : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Ceiling(x);
    }

    public readonly struct Floor : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Floor(x);
    }

    /// <summary>Halves to the even neighbour.</summary>
    public readonly struct Round : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Round(x);
    }

    public readonly struct Sin : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Sin(x);
    }

    public readonly struct Cos : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Cos(x);
    }

    public readonly struct Tan : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Tan(x);
    }

    public readonly struct Asin : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Asin(x);
    }

    public readonly struct Acos : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Acos(x);
    }

    public readonly struct Atan : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Atan(x);
    }

    public readonly struct Sinh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Sinh(x);
    }

    public readonly struct Cosh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Cosh(x);
    }

    public readonly struct Asinh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Asinh(x);
    }

    public readonly struct Acosh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Acosh(x);
    }

    public readonly struct Atanh : IFormula
    {
        public T Of<T>(T x) where T : IFloatingPointIeee754<T> => T.Atanh(x);
    }
}
