using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>A convolution as a product that never is: filters [outputs, depth] times pixels [depth, windows], the pixels packed panel by panel straight from the canvas.</summary>
readonly unsafe struct Correlation : IKernel
{
    /// <summary>Height of a block of filters: 240 × 256 floats (240 KiB) stay in the second-level cache; a multiple of every tile height.</summary>
    const int BlockHeight = 240;

    /// <summary>Filters of so many floats (128 KiB) stay in the second-level cache by themselves: panels are taken one by one. Else several share each pass over the filters.</summary>
    const int FiltersThatStay = 1 << 15, PanelsTogether = 8;

    /// <summary>Room for what <see cref="Windows{V}.Pack"/> writes beyond a panel.</summary>
    const int Beyond = 16;

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _panels, _y;
    readonly Finish _finish;

    /// <summary>Prepares a convolution.</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Images.</param>
    /// <param name="panels">Filters as <see cref="FilterPanels{V}"/> packs them.</param>
    /// <param name="y">Result.</param>
    /// <param name="finish">What begins and ends the sums.</param>
    public Correlation(in ConvolutionSizes sizes, float* x, float* panels, float* y, in Finish finish)
    {
        (_sizes, _finish) = (sizes, finish);
        _x = x;
        _panels = panels;
        _y = y;
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        var windows = new Windows<V>(_sizes);
        int images = _sizes.Batch * _sizes.Groups;
        if (windows.Panels == 0 || _sizes.Outputs == 0 || images == 0) return;
        var taps = new Taps(_sizes);
        var starts = BlockPool.Rent(_sizes.Outputs * Tiles<V>.Width);
        for (int output = 0; output < _sizes.Outputs; output++) new Span<float>(starts.Pointer + (output * Tiles<V>.Width), Tiles<V>.Width).Fill(_finish.Bias(output));
        bool shares = _sizes.Work >= Convolution.WorthSharing;
        var share = new Images<V>(this, windows, taps.Offsets, starts.Pointer, shares && images < 2 * Workers.Count ? 2 * Workers.Count : 1);
        if (shares && images >= 2 * Workers.Count) Workers.Run(images, ref share);
        else for (int image = 0; image < images; image++) share.Run(image);   // one after the other, each shared
        BlockPool.Return(starts);
        taps.Return();
    }

    /// <summary>One image's group.</summary>
    readonly struct Images<V>(Correlation whole, Windows<V> windows, int* taps, float* starts, int parts) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            var sizes = whole._sizes;
            int image = part / sizes.Groups, group = part % sizes.Groups;
            var canvas = Canvas.Paint(sizes, whole._x + ((((nint)image * sizes.Inputs) + (group * sizes.GroupInputs)) * sizes.ImageLength));
            int high = Math.Clamp(parts / windows.Panels, 1, FilterPanels<V>.Count(sizes.GroupOutputs)), wide = Math.Min(parts, windows.Panels);
            var share = new Share<V>(whole, windows, taps, starts + (group * sizes.GroupOutputs * Tiles<V>.Width), canvas, group, ((nint)image * sizes.Outputs) + (group * sizes.GroupOutputs), high, wide);
            Workers.Run(high * wide, ref share);
            canvas.Return();
        }
    }

    /// <summary>Some panels of windows, some panels of filters.</summary>
    readonly struct Share<V>(Correlation whole, Windows<V> windows, int* taps, float* starts, Canvas canvas, int group, nint firstChannel, int high, int wide) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            var sizes = whole._sizes;
            int width = Tiles<V>.Width, all = FilterPanels<V>.Count(sizes.GroupOutputs), row = part / wide, column = part % wide;
            int top = all * row / high, bottom = all * (row + 1) / high, right = (int)((long)windows.Panels * (column + 1) / wide);
            int rows = (bottom - top) * Tiles<V>.Height, together = (long)rows * sizes.Depth <= FiltersThatStay ? 1 : PanelsTogether;
            var pixels = BlockPool.Rent((together * FilterPanels<V>.BlockDepth * width) + Beyond);
            var beside = BlockPool.Rent(rows * width);
            for (int panel = (int)((long)windows.Panels * column / wide); panel < right; panel += together)
                Panels(panel, Math.Min(together, right - panel), top, bottom, pixels.Pointer, beside.Pointer);
            BlockPool.Return(beside);
            BlockPool.Return(pixels);
        }

        void Panels(int panel, int count, int top, int bottom, float* pixels, float* beside)
        {
            int width = Tiles<V>.Width, height = Tiles<V>.Height, depth = whole._sizes.Depth, outputs = whole._sizes.GroupOutputs;
            float* panels = whole._panels + ((nint)group * FilterPanels<V>.Length(outputs, depth));
            for (int from = 0; from < depth; from += FilterPanels<V>.BlockDepth)
            {
                int here = Math.Min(FilterPanels<V>.BlockDepth, depth - from), pixelPanel = FilterPanels<V>.BlockDepth * width;
                for (int i = 0; i < count; i++) windows.Pack(panel + i, canvas.Pixels, canvas.HasSlack, taps + from, here, pixels + (i * pixelPanel));
                for (int block = top; block < bottom; block += BlockHeight / height)
                    for (int i = 0; i < count; i++)
                        Multiply(panel + i, block, Math.Min(bottom, block + (BlockHeight / height)), panels, pixels + (i * pixelPanel), from, here, beside - (top * height * width));
            }

            int last = Math.Min(outputs, bottom * height);
            for (int i = 0; i < count; i++) End(panel + i, top * height, last, beside);
        }

        /// <summary>Some tiles of one panel of windows: whole ones where they belong, those of the last, narrow one beside.</summary>
        void Multiply(int panel, int tile, int end, float* panels, float* pixels, int from, int depth, float* beside)
        {
            int width = Tiles<V>.Width, columns = windows.Columns(panel), outputs = whole._sizes.GroupOutputs;
            float* target = columns == width ? whole._y + (firstChannel * windows.Count) + (panel * width) : beside;
            nint row = columns == width ? windows.Count : width;
            FilterPanels<V>.Multiply(outputs, tile, end, panels, from, depth, pixels, columns, target, row, from == 0 ? starts : target, from == 0 ? width : row);
        }

        /// <summary>What comes after the sums, while they are in cache.</summary>
        void End(int panel, int from, int to, float* beside)
        {
            int width = Tiles<V>.Width, columns = windows.Columns(panel), length = windows.Count;
            nint at = ((firstChannel + from) * length) + (panel * width);
            if (columns == width)
            {
                whole._finish.ApplyTwo<V>(whole._y, at, length, to - from);
                return;
            }

            for (int output = from; output < to; output++, at += length, beside += width)
            {
                new ReadOnlySpan<float>(beside, columns).CopyTo(new Span<float>(whole._y + at, columns));
                whole._finish.Apply<V>(whole._y, at, columns);
            }
        }
    }
}
