using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>How the windows of an image are cut into panels as wide as a tile of a product: as they follow in y, row after row.</summary>
/// <remarks>A panel is made of pieces, each a run of neighbouring places on the canvas within one row of y.</remarks>
readonly unsafe struct Windows<V> where V : struct, ILanes<V>
{
    readonly int _pitch, _row;

    public Windows(in ConvolutionSizes sizes)
    {
        var result = sizes.Result;
        (_pitch, Count) = (sizes.Plane.Width, result.Height * result.Width);
        _row = _pitch == result.Width ? Count : result.Width;   // rows that follow each other without gaps are one
    }

    /// <summary>Windows.</summary>
    public int Count { get; }

    /// <summary>Panels.</summary>
    public int Panels => (Count + Tiles<V>.Width - 1) / Tiles<V>.Width;

    /// <summary>How many windows a panel holds: the last may be narrower.</summary>
    public int Columns(int panel) => Math.Min(Tiles<V>.Width, Count - (panel * Tiles<V>.Width));

    /// <summary>Packs one panel: a row of pixels per product, a column per window; zeros, or what lies beside, beyond the last.</summary>
    /// <param name="panel">Which.</param>
    /// <param name="canvas">The pixels.</param>
    /// <param name="slack">Whether vectors may be read beyond the end of the canvas.</param>
    /// <param name="taps">Where each product finds its pixel.</param>
    /// <param name="depth">Products.</param>
    /// <param name="target">depth × tile width floats, and one vector more.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(int panel, float* canvas, bool slack, int* taps, int depth, float* target)
    {
        int width = Tiles<V>.Width, first = panel * width, columns = Columns(panel), pieces = 0;
        int* from = stackalloc int[2 * Lanes16.Count], at = stackalloc int[(2 * Lanes16.Count) + 1];
        for (int column = 0; column < columns; pieces++)
        {
            int place = (first + column) % _row;
            (from[pieces], at[pieces]) = (((first + column) / _row * _pitch) + place, column);
            column = Math.Min(columns, column + _row - place);
        }

        at[pieces] = columns;
        if (columns < width) new Span<float>(target, depth * width).Clear();
        if (pieces == 1 && columns == width)
            Copy(canvas + from[0], taps, depth, target);
        else if (slack)
            for (int k = 0; k < depth; k++, target += width)
            {
                float* source = canvas + taps[k];
                for (int piece = 0; piece < pieces; piece++)
                    for (int column = at[piece], place = from[piece]; column < at[piece + 1]; column += V.Count, place += V.Count)
                        V.Load(source + place).Store(target + column);   // what is written beyond the piece is overwritten by the next, what is beyond the row by the next row
            }
        else
            for (int k = 0; k < depth; k++, target += width)
                for (int piece = 0; piece < pieces; piece++)
                    for (int column = at[piece], place = from[piece]; column < at[piece + 1]; column++, place++) target[column] = canvas[taps[k] + place];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Copy(float* canvas, int* taps, int depth, float* target)
    {
        for (int k = 0; k < depth; k++, target += Tiles<V>.Width)
        {
            float* source = canvas + taps[k];
            V left = V.Load(source), right = V.Load(source + V.Count);
            left.Store(target);
            right.Store(target + V.Count);
        }
    }
}
