using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A question about two numbers.</summary>
interface IComparison
{
    static abstract bool Holds<T>(T a, T b) where T : INumber<T>;
}

/// <summary>y = whether a ∘ b holds, element by element, with stretching. Booleans and texts can only be asked whether they are equal.</summary>
sealed class Compare<TComparison> : NumberKernel where TComparison : IComparison
{
    protected override void Run<T>(Call call)
    {
        CheckTypes(call);
        Pairs.Run<T, T, bool, Row<T>>(call, call.Input(0), call.Input(1), ElementType.Bool, default);
    }

    protected override void RunOther(Call call)
    {
        CheckTypes(call);
        if (typeof(TComparison) != typeof(IsEqual)) base.RunOther(call);
        else if (call.Input().Type == ElementType.String) Pairs.Run<string, string, bool, TextRow>(call, call.Input(0), call.Input(1), ElementType.Bool, default);
        else if (call.Input().Type.Bytes() == 1) Pairs.Run<byte, byte, bool, Row<byte>>(call, call.Input(0), call.Input(1), ElementType.Bool, default);
        else base.RunOther(call);
    }

    static void CheckTypes(Call call)
    {
        if (call.Input(0).Type != call.Input(1).Type) throw call.Wrong($"inputs of {call.Input(0).Type} and {call.Input(1).Type}", "one element type");
    }

    readonly struct Row<T> : IPairLoop<T, T, bool> where T : INumber<T>
    {
        public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<bool> y)
        {
            if (a.Length == b.Length && a.Length == y.Length) for (int i = 0; i < y.Length; i++) y[i] = TComparison.Holds(a[i], b[i]);
            else if (b.Length == 1) for (int i = 0; i < y.Length; i++) y[i] = TComparison.Holds(a[a.Length == 1 ? 0 : i], b[0]);
            else for (int i = 0; i < y.Length; i++) y[i] = TComparison.Holds(a[0], b[i]);
        }
    }

    readonly struct TextRow : IPairLoop<string, string, bool>
    {
        public void Run(ReadOnlySpan<string> a, ReadOnlySpan<string> b, Span<bool> y)
        {
            for (int i = 0; i < y.Length; i++) y[i] = a[a.Length == 1 ? 0 : i] == b[b.Length == 1 ? 0 : i];
        }
    }
}

readonly struct IsEqual : IComparison
{
    public static bool Holds<T>(T a, T b) where T : INumber<T> => a == b;
}

readonly struct IsGreater : IComparison
{
    public static bool Holds<T>(T a, T b) where T : INumber<T> => a > b;
}

readonly struct IsGreaterOrEqual : IComparison
{
    public static bool Holds<T>(T a, T b) where T : INumber<T> => a >= b;
}

readonly struct IsLess : IComparison
{
    public static bool Holds<T>(T a, T b) where T : INumber<T> => a < b;
}

readonly struct IsLessOrEqual : IComparison
{
    public static bool Holds<T>(T a, T b) where T : INumber<T> => a <= b;
}
