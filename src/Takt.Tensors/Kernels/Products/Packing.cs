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

    /// <summary>A transposed b: its columns lie one after the other. Bands of sixteen rows keep both sides in the first cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Columns(float* b, nint bRow, nint bColumn, int k, int columns, float* panel)
    {
        const int band = 16;
        int width = Tiles<V>.Width;
        for (int from = 0; from < k; from += band)
        {
            int to = Math.Min(from + band, k);
            for (int column = 0; column < columns; column++)
            {
                float* source = b + (column * bColumn);
                for (int row = from; row < to; row++) panel[(row * width) + column] = source[row * bRow];
            }
        }
    }
}
