using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Copies the right side of a product into panels: as wide as a tile, one row of b after the other, so that the innermost loop reads straight on. The last panel is filled up with zeros.</summary>
static unsafe class Packing<V> where V : struct, ILanes<V>
{
    /// <summary>How many panels cover the columns.</summary>
    public static int PanelCount(int columns) => (columns + Tiles<V>.Width - 1) / Tiles<V>.Width;

    /// <summary>How many floats the panels of b take.</summary>
    public static int Length(int k, int columns) => checked(k * PanelCount(columns) * Tiles<V>.Width);

    /// <summary>Packs one panel.</summary>
    /// <param name="b">Its first element.</param>
    /// <param name="bRow">Distance from row to row.</param>
    /// <param name="bColumn">Distance from column to column.</param>
    /// <param name="k">How many rows.</param>
    /// <param name="columns">How many columns are there, at most a tile's width.</param>
    /// <param name="panel">k × width floats.</param>
    public static void Panel(float* b, nint bRow, nint bColumn, int k, int columns, float* panel)
    {
        int width = Tiles<V>.Width;
        if (columns < width) new Span<float>(panel, k * width).Clear();
        if (bColumn == 1) Rows(b, bRow, k, columns, panel);
        else Columns(b, bRow, bColumn, k, columns, panel);
    }

    /// <summary>Packs some whole rows into all panels, reading straight on.</summary>
    /// <param name="b">First element.</param>
    /// <param name="bRow">Distance from row to row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="columns">How many columns, a multiple of a tile's width.</param>
    /// <param name="panel">Where the first of the rows goes in the first panel.</param>
    /// <param name="next">Distance from panel to panel.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Rows(float* b, nint bRow, int rows, int columns, float* panel, nint next)
    {
        for (int row = 0; row < rows; row++, b += bRow, panel += Tiles<V>.Width)
        {
            float* to = panel;
            for (int column = 0; column < columns; column += Tiles<V>.Width, to += next)
            {
                V left = V.Load(b + column), right = V.Load(b + column + V.Count);
                left.Store(to);
                right.Store(to + V.Count);
            }
        }
    }

    static void Rows(float* b, nint bRow, int k, int columns, float* panel)
    {
        int width = Tiles<V>.Width;
        if (columns == width)
            for (int row = 0; row < k; row++, b += bRow, panel += width)
            {
                V left = V.Load(b), right = V.Load(b + V.Count);
                left.Store(panel);
                right.Store(panel + V.Count);
            }
        else
            for (int row = 0; row < k; row++, b += bRow, panel += width)
                for (int column = 0; column < columns; column++) panel[column] = b[column];
    }

    /// <summary>A transposed b: its columns lie one after the other. Four rows of four columns at a time are turned in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Columns(float* b, nint bRow, nint bColumn, int k, int columns, float* panel)
    {
        int width = Tiles<V>.Width, row = 0;
        if (bRow == 1)
            for (; row <= k - 4; row += 4)
            {
                int column = 0;
                for (; column <= columns - 4; column += 4)
                    Transposition.Turn4(b + (column * bColumn) + row, bColumn, panel + ((nint)row * width) + column, width);
                Columns(b, bRow, bColumn, row, row + 4, column, columns, panel);
            }

        Columns(b, bRow, bColumn, row, k, 0, columns, panel);
    }

    static void Columns(float* b, nint bRow, nint bColumn, int fromRow, int toRow, int fromColumn, int toColumn, float* panel)
    {
        for (int column = fromColumn; column < toColumn; column++)
            for (int row = fromRow; row < toRow; row++) panel[((nint)row * Tiles<V>.Width) + column] = b[(column * bColumn) + (row * bRow)];
    }
}
