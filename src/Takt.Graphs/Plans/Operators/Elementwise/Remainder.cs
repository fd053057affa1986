using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What is left of a division: with the sign of the divisor, or (fmod) of the dividend.</summary>
sealed class Remainder(Node node) : NumberKernel
{
    readonly bool _signOfDividend = node.Int("fmod", 0) != 0;

    protected override void Run<T>(Call call)
    {
        var (a, b) = (call.Input(0), call.Input(1));
        if (a.Type != b.Type) throw call.Wrong($"inputs of {a.Type} and {b.Type}", "one element type");
        if (default(T) is not (float or double or Half) && b.Read<T>().Contains(T.Zero)) throw call.Wrong("a whole number divided by 0", "divisors other than 0");
        Pairs.Run<T, T, T, Row<T>>(call, a, b, a.Type, new(_signOfDividend));
    }

    readonly struct Row<T>(bool signOfDividend) : IPairLoop<T, T, T> where T : INumber<T>
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
        {
            for (int i = 0; i < y.Length; i++)
            {
                T divisor = b[b.Length == 1 ? 0 : i], dividend = a[a.Length == 1 ? 0 : i];
                var left = IsMinusOne(divisor) ? T.Zero : dividend % divisor;   // the least whole number by −1 overflows on the way
                y[i] = !signOfDividend && left != T.Zero && T.IsNegative(left) != T.IsNegative(divisor) ? left + divisor : left;
            }
        }

        static bool IsMinusOne(T divisor) => default(T) is not (float or double or Half) && T.IsNegative(divisor) && divisor == -T.One;
    }
}
