namespace Takt.Tensors;

/// <summary>The same values as another type of elements.</summary>
public static class Conversions
{
    extension(Tensor x)
    {
        /// <summary>Converts every element. Between float types the gradient passes as it is; places and masks have none.</summary>
        /// <param name="type">What the elements shall be. To Int64 cuts off fractions; to Bool is true for all but 0; to Int8 rounds and stays within −128 … 127; to the half types rounds to nearest, halves to even.</param>
        /// <exception cref="ElementTypeException">Tensors do not hold that type.</exception>
        public Tensor To(ElementType type)
        {
            if (type == x.Type) return x;
            if (type is not (ElementType.Float32 or ElementType.Int64 or ElementType.Bool or ElementType.Int8 or ElementType.Float16 or ElementType.BFloat16)) throw new ElementTypeException(type);
            var y = Tape.Allocate(x.Shape, type);
            switch (x.Type, type)
            {
                case (ElementType.Float32, ElementType.Int64): Convert(x.Values, y.Indices, v => (long)v); break;
                case (ElementType.Float32, ElementType.Bool): Convert(x.Values, y.Mask, v => v != 0); break;
                case (ElementType.Int64, ElementType.Float32): Convert(x.Indices, y.Values, v => (float)v); break;
                case (ElementType.Int64, ElementType.Bool): Convert(x.Indices, y.Mask, v => v != 0); break;
                case (ElementType.Bool, ElementType.Float32): Convert(x.Mask, y.Values, v => v ? 1f : 0f); break;
                case (ElementType.Bool, ElementType.Int64): Convert(x.Mask, y.Indices, v => v ? 1L : 0L); break;
                case (ElementType.Float32, ElementType.Int8): Convert(x.Values, y.Elements<sbyte>(), v => (sbyte)Math.Clamp(MathF.Round(v), sbyte.MinValue, sbyte.MaxValue)); break;
                case (ElementType.Int8, ElementType.Float32): Convert(x.Elements<sbyte>(), y.Values, v => (float)v); break;
                case (ElementType.Float32, ElementType.Float16): Convert(x.Values, y.Elements<Half>(), v => (Half)v); break;
                case (ElementType.Float16, ElementType.Float32): Convert(x.Elements<Half>(), y.Values, v => (float)v); break;
                case (ElementType.Float32, ElementType.BFloat16): Convert(x.Values, y.Elements<ushort>(), ToBFloat16); break;
                case (ElementType.BFloat16, ElementType.Float32): Convert(x.Elements<ushort>(), y.Values, v => BitConverter.UInt32BitsToSingle((uint)v << 16)); break;
                default: return x.To(ElementType.Float32).To(type);
            }

            return Tape.Record("Cast", [x], y, dy => Gradients.Add(x, dy.Values), new OperationAttribute("to", (long)type));
        }
    }

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
