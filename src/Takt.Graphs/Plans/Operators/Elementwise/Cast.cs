using System.Globalization;
using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The same numbers in another element type: fractions are cut towards zero, and anything but 0 (NaN too) is true.</summary>
/// <param name="to">The type, or what the second input has (CastLike).</param>
sealed class Cast(ElementType? to) : Kernel
{
    public override void Run(Call call)
    {
        var x = call.Input();
        var type = to ?? call.Input(1).Type;
        if (x.Type == type) call.Output.CopyFrom(x);
        else if (x.Type == ElementType.String) FromText(x, call.Output, type, call);
        else From(x, call.Output, type, call);
    }

    /// <summary>The cast that a node names.</summary>
    public static Cast Of(Node node) => new(node.Type("to", ElementType.Undefined) is var type and not ElementType.Undefined ? type : throw node.Wrong("no type to cast to", "attribute to"));

    static void From(Value x, Value y, ElementType type, Call call)
    {
        switch (x.Type)
        {
            case ElementType.Float32: From(x.Read<float>(), x, y, type, call); break;
            case ElementType.Float64: From(x.Read<double>(), x, y, type, call); break;
            case ElementType.Float16: From(x.Read<Half>(), x, y, type, call); break;
            case ElementType.BFloat16: From<float>(Array.ConvertAll(x.Read<BFloat16>().ToArray(), v => (float)v), x, y, type, call); break;
            case ElementType.Int64: From(x.Read<long>(), x, y, type, call); break;
            case ElementType.Int32: From(x.Read<int>(), x, y, type, call); break;
            case ElementType.Int16: From(x.Read<short>(), x, y, type, call); break;
            case ElementType.Int8 or ElementType.Int4: From(x.ReadAs<sbyte>(), x, y, type, call); break;
            case ElementType.UInt64: From(x.Read<ulong>(), x, y, type, call); break;
            case ElementType.UInt32: From(x.Read<uint>(), x, y, type, call); break;
            case ElementType.UInt16: From(x.Read<ushort>(), x, y, type, call); break;
            default: From(x.ReadAs<byte>(), x, y, type, call); break;   // UInt8, UInt4, and Bool as bytes of 0 and 1
        }
    }

    static void From<T>(ReadOnlySpan<T> from, Value x, Value y, ElementType type, Call call) where T : unmanaged, INumber<T>
    {
        switch (type)
        {
            case ElementType.Float32: To(from, y.Write<float>(x.Sizes)); break;
            case ElementType.Float64: To(from, y.Write<double>(x.Sizes)); break;
            case ElementType.Float16: To(from, y.Write<Half>(x.Sizes)); break;
            case ElementType.Int64: To(from, y.Write<long>(x.Sizes)); break;
            case ElementType.Int32: To(from, y.Write<int>(x.Sizes)); break;
            case ElementType.Int16: To(from, y.Write<short>(x.Sizes)); break;
            case ElementType.Int8: To(from, y.Write<sbyte>(x.Sizes)); break;
            case ElementType.UInt64: To(from, y.Write<ulong>(x.Sizes)); break;
            case ElementType.UInt32: To(from, y.Write<uint>(x.Sizes)); break;
            case ElementType.UInt16: To(from, y.Write<ushort>(x.Sizes)); break;
            case ElementType.UInt8: To(from, y.Write<byte>(x.Sizes)); break;
            case ElementType.BFloat16:
                var narrow = y.Write<BFloat16>(x.Sizes);
                for (int i = 0; i < from.Length; i++) narrow[i] = (BFloat16)float.CreateTruncating(from[i]);
                break;
            case ElementType.Int4 or ElementType.UInt4:
                var small = y.WriteAs<sbyte>(type, x.Sizes);
                for (int i = 0; i < from.Length; i++) small[i] = FourBits(from[i], type);
                break;
            case ElementType.Bool:
                var flags = y.Write<bool>(x.Sizes);
                for (int i = 0; i < from.Length; i++) flags[i] = from[i] != T.Zero;
                break;
            case ElementType.String:
                var texts = y.WriteTexts(x.Sizes);
                for (int i = 0; i < from.Length; i++) texts[i] = TextOf(from[i], x.Type);
                break;
            default: throw call.Wrong($"a cast from {x.Type} to {type}", "numbers, booleans or texts");
        }
    }

    static void To<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to) where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        for (int i = 0; i < from.Length; i++) to[i] = TTo.CreateTruncating(from[i]);
    }

    /// <summary>Fractions are cut towards zero, and the lowest four bits kept.</summary>
    static sbyte FourBits<T>(T value, ElementType type) where T : INumber<T>
    {
        int low = int.CreateTruncating(value) & 0xF;
        return (sbyte)(type == ElementType.Int4 && low > 7 ? low - 16 : low);
    }

    static string TextOf<T>(T value, ElementType type) where T : INumber<T> =>
        type == ElementType.Bool ? value == T.Zero ? "False" : "True"
        : T.IsNaN(value) ? "NaN"
        : T.IsInfinity(value) ? T.IsNegative(value) ? "-INF" : "INF"
        : value.ToString(null, CultureInfo.InvariantCulture);

    static void FromText(Value x, Value y, ElementType type, Call call)
    {
        double[] numbers = new double[x.Count];
        if (type is ElementType.Int64 or ElementType.UInt64)   // wider than a double
        {
            var to = y.WriteAs<long>(type, x.Sizes);
            for (int i = 0; i < to.Length; i++)
                to[i] = type == ElementType.UInt64 && ulong.TryParse(x.Texts[i], NumberStyles.Integer, CultureInfo.InvariantCulture, out ulong large) ? (long)large
                    : long.TryParse(x.Texts[i], NumberStyles.Integer, CultureInfo.InvariantCulture, out long whole) ? whole : (long)Number(x.Texts[i], call);
            return;
        }

        for (int i = 0; i < numbers.Length; i++) numbers[i] = Number(x.Texts[i], call);
        From<double>(numbers, x, y, type, call);
    }

    static double Number(string text, Call call) => text.Trim().ToUpperInvariant() switch
    {
        "NAN" => double.NaN,
        "INF" or "+INF" or "INFINITY" or "+INFINITY" => double.PositiveInfinity,
        "-INF" or "-INFINITY" => double.NegativeInfinity,
        "TRUE" => 1,
        "FALSE" => 0,
        var plain => double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw call.Wrong($"the text '{text}'", "a number"),
    };
}
