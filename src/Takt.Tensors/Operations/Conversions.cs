using Takt.Protocols.Problems;

namespace Takt.Tensors;

/// <summary>The same values as another type of elements.</summary>
public static class Conversions
{
    extension(Tensor x)
    {
        /// <summary>Converts every element. Between float types the gradient passes as it is; places and masks have none.</summary>
        /// <param name="type">What the elements shall be. To Int64 cuts off fractions, and what is not finite has no place; to Bool is true for all but 0; to Int8 rounds and stays within −128 … 127; to the half types rounds to nearest, halves to even.</param>
        /// <exception cref="ElementTypeException">Tensors do not hold that type.</exception>
        /// <exception cref="InputException">An element that is not finite is to become Int64.</exception>
        public Tensor To(ElementType type) =>
            type == x.Type ? x
            : type is not (ElementType.Float32 or ElementType.Int64 or ElementType.Bool or ElementType.Int8 or ElementType.Float16 or ElementType.BFloat16) ? throw new ElementTypeException(type)
            : x.Type == ElementType.Float32 || type == ElementType.Float32 || (x.Type, type) is (ElementType.Int64, ElementType.Bool) or (ElementType.Bool, ElementType.Int64) ? Tape.Run<Converted, Target>(new(type), x)
            : x.To(ElementType.Float32).To(type);
    }

    readonly record struct Target(ElementType Type);

    sealed class Converted : Record<Target>
    {
        public override string Name => "Cast";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("to", (long)Settings.Type)];

        internal override Tensor Prepare() => Room(this[0].Shape, Settings.Type);

        internal override void Forward()
        {
            var (x, y) = (this[0], Output);
            switch (x.Type, y.Type)
            {
                case (ElementType.Float32, ElementType.Int64): ToPlaces(x, y.Indices); break;
                case (ElementType.Float32, ElementType.Bool): Convert(x.Values, y.Mask, static v => v != 0); break;
                case (ElementType.Int64, ElementType.Float32): Convert(x.Indices, y.Values, static v => (float)v); break;
                case (ElementType.Int64, ElementType.Bool): Convert(x.Indices, y.Mask, static v => v != 0); break;
                case (ElementType.Bool, ElementType.Float32): Convert(x.Mask, y.Values, static v => v ? 1f : 0f); break;
                case (ElementType.Bool, ElementType.Int64): Convert(x.Mask, y.Indices, static v => v ? 1L : 0L); break;
                case (ElementType.Float32, ElementType.Int8): Convert(x.Values, y.Elements<sbyte>(), static v => (sbyte)Math.Clamp(MathF.Round(v), sbyte.MinValue, sbyte.MaxValue)); break;
                case (ElementType.Int8, ElementType.Float32): Convert(x.Elements<sbyte>(), y.Values, static v => (float)v); break;
                case (ElementType.Float32, ElementType.Float16): Convert(x.Values, y.Elements<Half>(), static v => (Half)v); break;
                case (ElementType.Float16, ElementType.Float32): Convert(x.Elements<Half>(), y.Values, static v => (float)v); break;
                case (ElementType.Float32, ElementType.BFloat16): Convert(x.Values, y.Elements<ushort>(), s_toBFloat16); break;
                default: Convert(x.Elements<ushort>(), y.Values, s_fromBFloat16); break;
            }
        }

        internal override void Backward(Tensor dy) => Gradients.HandOn(Output, this[0]);

        internal override Tensor Derivative(int input, Tensor dy) => dy;
    }

    static void ToPlaces(Tensor x, Span<long> y)
    {
        var values = x.Values;
        for (int i = 0; i < values.Length; i++)
            y[i] = float.IsFinite(values[i]) ? (long)values[i] : throw new InputException($"element {i} of {x.Shape} is {values[i]}, which is no Int64", "finite numbers", "Check what made them.");
    }

    static readonly Func<float, ushort> s_toBFloat16 = ToBFloat16;
    static readonly Func<ushort, float> s_fromBFloat16 = FromBFloat16;

    /// <summary>A float32 with 16 more zeros.</summary>
    internal static float FromBFloat16(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    /// <summary>The upper half, rounded to nearest, halves to even; not a number stays so.</summary>
    static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to, Func<TFrom, TTo> each)
    {
        for (int i = 0; i < from.Length; i++) to[i] = each(from[i]);
    }
}
