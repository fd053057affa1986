using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Puts a value (one for all, or one a column) where x is missing: NaN, or a number that stands for it.</summary>
sealed class Imputer : Kernel
{
    readonly float[] _floats;
    readonly long[] _integers;
    readonly float _missing;
    readonly long _missingInteger;

    public Imputer(Node node)
    {
        _floats = [.. node.Numbers("imputed_value_floats").Select(v => (float)v)];
        _integers = node.Integers("imputed_value_int64s");
        (_missing, _missingInteger) = (node.Float("replaced_value_float", 0), node.Int("replaced_value_int64", 0));
        if (_floats.Length == 0 && _integers.Length == 0) throw node.Wrong("no values to put in", "imputed_value_floats or imputed_value_int64s");
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Type == ElementType.Int64) Fill(x.Read<long>(), call.Output.Write<long>(x.Sizes), _integers, _missingInteger, call);
        else Fill(x.Read<float>(), call.Output.Write<float>(x.Sizes), _floats, _missing, call);
    }

    static void Fill<T>(ReadOnlySpan<T> x, Span<T> y, T[] values, T missing, Call call) where T : unmanaged, System.Numerics.INumber<T>
    {
        int columns = call.Input().Rank == 0 ? 1 : call.Input().Sizes[^1];
        if (values.Length != 1 && values.Length != columns) throw call.Wrong($"{values.Length} values for {columns} columns", $"1 or {columns}");
        for (int i = 0; i < y.Length; i++)
            y[i] = x[i].Equals(missing) ? values[values.Length == 1 ? 0 : i % columns] : x[i];   // Equals: NaN is NaN
    }
}
