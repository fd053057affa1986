using System.Numerics;

namespace Takt.Tensors.Kernels;

/// <summary>The right side of integer products, packed once: its bytes less their zero points as 16-bit numbers, two rows side by side, in panels as wide as a tile.</summary>
/// <remarks>16 bits hold every byte less every zero point, so that products are exact without correction. Immutable and safe to use from several threads; it stays on the kernel path it was packed for.</remarks>
public sealed unsafe class PackedIntegers
{
    readonly Block _block;

    PackedIntegers(int rows, int columns)
    {
        (Rows, Columns, Lanes) = (rows, columns, KernelPath.LaneCount);
        _block = new(checked(PanelLength * ((columns + Width - 1) / Width)));
        new Span<int>(Pointer, _block.Capacity).Clear();
    }

    /// <summary>k: the inner size of the products.</summary>
    public int Rows { get; }

    /// <summary>n: the columns of the products.</summary>
    public int Columns { get; }

    /// <summary>Sums per vector of the path it was packed for.</summary>
    internal int Lanes { get; }

    /// <summary>Pairs of rows.</summary>
    internal int Pairs => (Rows + 1) / 2;

    internal int Width => 2 * Lanes;

    internal int PanelLength => Pairs * Width;

    internal int* Pointer => (int*)_block.Pointer;

    /// <summary>Packs a matrix [k, n] of bytes.</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <param name="values">Row by row, or, if transposed, column by column.</param>
    /// <param name="rows">k.</param>
    /// <param name="columns">n.</param>
    /// <param name="zeroPoints">One for each column, one for all, or none: 0.</param>
    /// <param name="transposed">Whether they lie column by column: a layer's weight [outputs, inputs].</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static PackedIntegers Pack<T>(ReadOnlySpan<T> values, int rows, int columns, ReadOnlySpan<T> zeroPoints = default, bool transposed = false) where T : unmanaged, IBinaryInteger<T>
    {
        if (values.Length != (long)rows * columns || (zeroPoints.Length > 1 && zeroPoints.Length != columns))
            throw new ShapeException("Integer product", $"{values.Length} numbers and {zeroPoints.Length} zero points for [{rows}, {columns}]", "rows × columns numbers, and a zero point for each column, one for all or none", "Check the sizes.");
        var packed = new PackedIntegers(rows, columns);
        short* target = (short*)packed.Pointer;
        int width = packed.Width;
        for (int column = 0; column < columns; column++)
        {
            int zero = zeroPoints.IsEmpty ? 0 : int.CreateTruncating(zeroPoints[zeroPoints.Length == 1 ? 0 : column]);
            short* panel = target + (2 * (((nint)(column / width) * packed.PanelLength) + (column % width)));
            for (int row = 0; row < rows; row++)
                panel[((nint)(row >> 1) * 2 * width) + (row & 1)] = (short)(int.CreateTruncating(values[transposed ? (column * rows) + row : (row * columns) + column]) - zero);
        }

        return packed;
    }
}
