using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = aᵇ in the type of a; the exponent may have another type.</summary>
sealed class Power : NumberKernel
{
    protected override void Run<T>(Call call)
    {
        switch (call.Input(1).Type)
        {
            case ElementType.Float32: Run<T, float>(call); break;
            case ElementType.Float64: Run<T, double>(call); break;
            case ElementType.Float16: Run<T, Half>(call); break;
            case ElementType.Int64: Run<T, long>(call); break;
            case ElementType.Int32: Run<T, int>(call); break;
            case ElementType.Int16: Run<T, short>(call); break;
            case ElementType.Int8: Run<T, sbyte>(call); break;
            case ElementType.UInt64: Run<T, ulong>(call); break;
            case ElementType.UInt32: Run<T, uint>(call); break;
            case ElementType.UInt16: Run<T, ushort>(call); break;
            case ElementType.UInt8: Run<T, byte>(call); break;
            default: throw call.Wrong($"exponents of {call.Input(1).Type}", "numbers");
        }
    }

    static void Run<TBase, TExponent>(Call call) where TBase : unmanaged, INumber<TBase> where TExponent : unmanaged, INumber<TExponent> =>
        Pairs.Run<TBase, TExponent, TBase, Row<TBase, TExponent>>(call, call.Input(0), call.Input(1), call.Input(0).Type, default);

    readonly struct Row<TBase, TExponent> : IPairLoop<TBase, TExponent, TBase> where TBase : INumber<TBase> where TExponent : INumber<TExponent>
    {
        public void Run(ReadOnlySpan<TBase> a, ReadOnlySpan<TExponent> b, Span<TBase> y)
        {
            if (b.Length == 1 && double.CreateSaturating(b[0]) is 1 or 2 or 3)   // what networks ask for: exact, and no slow road through logarithms
                for (int i = 0; i < y.Length; i++) y[i] = Product(a[a.Length == 1 ? 0 : i], int.CreateSaturating(b[0]));
            else
                for (int i = 0; i < y.Length; i++) y[i] = Of(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
        }

        static TBase Product(TBase x, int factors) => factors switch { 1 => x, 2 => x * x, _ => x * x * x };

        static TBase Of(TBase x, TExponent exponent)
        {
            if (x is float single) return (TBase)(object)MathF.Pow(single, float.CreateSaturating(exponent));
            if (x is double or Half || !TExponent.IsInteger(exponent) || TExponent.IsNegative(exponent))
                return TBase.CreateSaturating(Math.Pow(double.CreateSaturating(x), double.CreateSaturating(exponent)));
            var result = TBase.One;   // whole numbers by squaring: exact where double would not be
            for (ulong left = ulong.CreateSaturating(exponent); left > 0; left >>= 1, x *= x)
                if ((left & 1) != 0) result *= x;
            return result;
        }
    }
}
