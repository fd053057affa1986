using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>How the windows of an image are cut into panels as wide as a tile of a product.</summary>
/// <remarks>
/// Windows a pixel apart: a panel is a run of neighbouring pixels of the canvas, so that packing it is copying. Where the rows of y are not whole panels the run goes on
/// from the end of one row to the begin of the next, over the few places between that are no windows; what is computed there is dropped.
/// Windows further apart are gathered one by one.
/// </remarks>
readonly unsafe struct Windows<V> where V : struct, ILanes<V>
{
    readonly Extent _stride, _result;
    readonly int _canvasWidth;

    public Windows(in ConvolutionSizes sizes)
    {
        (_stride, _result, _canvasWidth) = (sizes.Stride, sizes.Result, sizes.Canvas.Width);
        int width = Tiles<V>.Width;
        IsRun = sizes.Stride == 1;
        ByRows = IsRun && _result.Width % width == 0;
        Count = IsRun && !ByRows ? ((_result.Height - 1) * _canvasWidth) + _result.Width : _result.Height * _result.Width;
        if (_result.Height == 0 || _result.Width == 0) Count = 0;
    }

    /// <summary>Whether neighbouring windows are neighbours on the canvas.</summary>
    bool IsRun { get; }

    /// <summary>Whether every row of y is whole panels.</summary>
    bool ByRows { get; }

    /// <summary>Places, those between the rows included.</summary>
    int Count { get; }

    /// <summary>Panels.</summary>
    public int Panels => (Count + Tiles<V>.Width - 1) / Tiles<V>.Width;

    /// <summary>Whether a panel holds its width of windows one after the other, as they follow in y.</summary>
    public bool IsWhole(int panel) => Columns(panel) == Tiles<V>.Width && (!IsRun || ByRows || _canvasWidth == _result.Width);

    int Columns(int panel) => Math.Min(Tiles<V>.Width, Count - (panel * Tiles<V>.Width));

    /// <summary>Packs one panel: a row of pixels per product, a column per window; zeros beyond the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Pack(int panel, float* canvas, int* taps, int depth, float* target)
    {
        int width = Tiles<V>.Width, first = panel * width, columns = Columns(panel);
        if (columns < width) new Span<float>(target, depth * width).Clear();
        if (!IsRun)
        {
            Gather(first, columns, canvas, taps, depth, target);
            return;
        }

        if (ByRows) canvas += ((nint)(first / _result.Width) * _canvasWidth) + (first % _result.Width);
        else canvas += first;
        if (columns == width)
            for (int k = 0; k < depth; k++, target += width)
            {
                float* source = canvas + taps[k];
                V left = V.Load(source), right = V.Load(source + V.Count);
                left.Store(target);
                right.Store(target + V.Count);
            }
        else
            for (int k = 0; k < depth; k++, target += width)
                for (int column = 0; column < columns; column++) target[column] = canvas[taps[k] + column];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void Gather(int first, int columns, float* canvas, int* taps, int depth, float* target)
    {
        int* places = stackalloc int[2 * Lanes16.Count];
        for (int column = 0; column < columns; column++)
            places[column] = ((first + column) / _result.Width * _stride.Height * _canvasWidth) + ((first + column) % _result.Width * _stride.Width);
        for (int k = 0; k < depth; k++, target += Tiles<V>.Width)
        {
            float* source = canvas + taps[k];
            for (int column = 0; column < columns; column++) target[column] = source[places[column]];
        }
    }

    /// <summary>Writes what was computed for a panel that is not whole to where it belongs.</summary>
    /// <param name="panel">Which.</param>
    /// <param name="rows">Rows: channels of y.</param>
    /// <param name="from">rows × tile width.</param>
    /// <param name="y">The first channel of y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Unpack(int panel, int rows, float* from, float* y)
    {
        int width = Tiles<V>.Width, first = panel * width, last = first + Columns(panel), length = _result.Height * _result.Width;
        int rowWidth = IsRun && !ByRows ? _canvasWidth : _result.Width;
        for (int at = first; at < last;)
        {
            int row = at / rowWidth, column = at % rowWidth, next = Math.Min(last, (row + 1) * rowWidth), count = Math.Min(next, (row * rowWidth) + _result.Width) - at;
            if (count > 0)
            {
                float* source = from + (at - first), target = y + ((nint)row * _result.Width) + column;
                for (int i = 0; i < rows; i++, source += width, target += length) new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(target, count));
            }

            at = next;
        }
    }
}
