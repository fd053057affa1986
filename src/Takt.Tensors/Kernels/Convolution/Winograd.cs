using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>A convolution with 3×3 taps a pixel apart by Winograd's way: the squares of pixels are transformed, one product of filters and squares follows for every point, and its results are transformed back.</summary>
/// <remarks>
/// Its numbers differ from those of the plain loop: by at most 4e-6 (F(4 × 4)) or 1e-6 (F(2 × 2)) times the sum of the absolute products, as the tests hold it to.
/// LAW: a number of y depends on its image alone: not on the other images, the threads or the instruction set; products are added channel by channel.
/// </remarks>
readonly unsafe struct Winograd<TWay> : IKernel where TWay : struct, IWinograd
{
    /// <summary>So many floats (4 MiB) of transformed pixels and products are in flight: they stay in the third-level cache.</summary>
    const int FloatsTogether = 1 << 20;

    /// <summary>One line of the cache beyond, so that the points of a square do not share its sets.</summary>
    const int Line = 16;

    readonly ConvolutionSizes _sizes, _squares;
    readonly float* _x, _filters, _y;
    readonly Finish _finish;

    public Winograd(in ConvolutionSizes sizes, float* x, float* filters, float* y, in Finish finish)
    {
        (_sizes, _finish) = (sizes, finish);
        _x = x;
        _filters = filters;
        _y = y;
        var result = sizes.Result;
        int m = TWay.Outputs, down = (result.Height + m - 1) / m, along = (result.Width + m - 1) / m;
        _squares = sizes with
        {
            Kernel = m + 2,
            Stride = m,
            After = ((down * m) + 2 - sizes.Before.Height - sizes.Image.Height, (along * m) + 2 - sizes.Before.Width - sizes.Image.Width),
        };
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        if (_sizes.ResultLength == 0 || _sizes.Batch == 0) return;
        var taps = new Taps(_squares with { Inputs = 1 });
        bool shares = _sizes.Work >= Convolution.WorthSharing, byImage = shares && _sizes.Batch >= 2 * Workers.Count;
        var share = new Images<V>(this, new Windows<V>(_squares), taps.Offsets, shares && !byImage ? Workers.Count : 1);
        if (byImage) Workers.Run(_sizes.Batch, ref share);
        else for (int image = 0; image < _sizes.Batch; image++) share.Run(image);   // one after the other, each shared
        taps.Return();
    }

    /// <summary>One image.</summary>
    readonly struct Images<V>(Winograd<TWay> whole, Windows<V> windows, int* taps, int threads) : IWork where V : struct, ILanes<V>
    {
        public void Run(int image)
        {
            var canvas = Canvas.Paint(whole._squares, whole._x + ((nint)image * whole._sizes.Inputs * whole._sizes.ImageLength), slack: true);
            // Parts share nothing that one of them writes. Where there are fewer panels than threads, outputs are split too, and pixels transformed for each.
            int wide = threads == 1 ? 1 : Math.Min(windows.Panels, 2 * threads), high = Math.Clamp(threads / wide, 1, FilterPanels<V>.Count(whole._sizes.Outputs));
            var share = new Share<V>(whole, windows, taps, canvas.Pixels, image, wide, high);
            Workers.Run(wide * high, ref share);
            canvas.Return();
        }
    }

    /// <summary>Some panels of squares, some outputs.</summary>
    readonly struct Share<V>(Winograd<TWay> whole, Windows<V> windows, int* taps, float* canvas, int image, int wide, int high) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            int points = WinogradFilters<TWay>.Points, width = Tiles<V>.Width, inputs = whole._sizes.Inputs, filters = FilterPanels<V>.Count(whole._sizes.Outputs);
            int left = windows.Panels * (part % wide) / wide, right = windows.Panels * ((part % wide) + 1) / wide, top = filters * (part / wide) / high, bottom = filters * ((part / wide) + 1) / high;
            int outputs = (bottom - top) * Tiles<V>.Height, together = Math.Clamp(FloatsTogether / (points * (inputs + outputs) * width), 1, right - left);
            int pixelStep = (together * inputs * width) + Line, productStep = (together * outputs * width) + Line;
            var pixels = BlockPool.Rent(points * pixelStep);
            var products = BlockPool.Rent(points * productStep);
            for (int panel = left; panel < right; panel += together)
            {
                var block = new Block<V>(whole, windows, taps, canvas, panel, Math.Min(together, right - panel), top, bottom, pixels.Pointer, pixelStep, products.Pointer, productStep, image);
                for (int channel = 0; channel < inputs; channel++) block.Transform(channel);
                for (int point = 0; point < points; point++) block.Multiply(point);
                for (int output = top * Tiles<V>.Height; output < Math.Min(whole._sizes.Outputs, bottom * Tiles<V>.Height); output++) block.TransformBack(output);
            }

            BlockPool.Return(products);
            BlockPool.Return(pixels);
        }
    }

    /// <summary>Some panels of squares on their way through the three steps. Pixels lie [point, panel, input, square], products [point, panel, output, square].</summary>
    readonly struct Block<V>(Winograd<TWay> whole, Windows<V> windows, int* taps, float* canvas, int first, int count, int top, int bottom, float* pixels, nint pixelStep, float* products, nint productStep, int image) where V : struct, ILanes<V>
    {
        int Inputs => whole._sizes.Inputs;

        /// <summary>Outputs there is room for.</summary>
        int Outputs => (bottom - top) * Tiles<V>.Height;

        /// <summary>Bᵀ d B of one channel.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Transform(int channel)
        {
            int side = WinogradFilters<TWay>.Side, width = Tiles<V>.Width;
            float* squares = stackalloc float[(36 * 2 * Lanes16.Count) + Line], half = stackalloc float[36 * Lanes16.Count];
            for (int panel = 0; panel < count; panel++)
            {
                windows.Pack(first + panel, canvas + ((nint)channel * whole._squares.CanvasLength), slack: true, taps, side * side, squares);
                float* target = pixels + (((nint)panel * Inputs) + channel) * width;
                for (int lane = 0; lane < width; lane += V.Count)
                {
                    for (int j = 0; j < side; j++) TWay.TransformPixels<V>(squares + (j * width) + lane, side * width, half + (j * V.Count), side * V.Count);
                    for (int i = 0; i < side; i++) TWay.TransformPixels<V>(half + (i * side * V.Count), V.Count, target + (i * side * pixelStep) + lane, pixelStep);
                }
            }
        }

        /// <summary>The product of one point.</summary>
        public void Multiply(int point)
        {
            int width = Tiles<V>.Width, inputs = Inputs, outputs = Outputs;
            float* filters = whole._filters + ((nint)point * FilterPanels<V>.Length(whole._sizes.Outputs, inputs)), target = products + (point * productStep);
            float* zeros = stackalloc float[2 * Lanes16.Count];
            for (int from = 0; from < inputs; from += FilterPanels<V>.BlockDepth)
            {
                int depth = Math.Min(FilterPanels<V>.BlockDepth, inputs - from);
                for (int panel = 0; panel < count; panel++)
                {
                    float* sums = target + ((((nint)panel * outputs) - (top * Tiles<V>.Height)) * width);
                    FilterPanels<V>.Multiply(whole._sizes.Outputs, top, bottom, filters, from, depth,
                        pixels + (point * pixelStep) + ((((nint)panel * inputs) + from) * width), windows.Columns(first + panel), sums, width, from == 0 ? zeros : sums, from == 0 ? 0 : width);
                }
            }
        }

        /// <summary>Aᵀ p A of one output, and what comes after.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void TransformBack(int output)
        {
            int side = WinogradFilters<TWay>.Side, m = TWay.Outputs, width = Tiles<V>.Width, length = whole._sizes.ResultLength;
            float* half = stackalloc float[24 * Lanes16.Count], squares = stackalloc float[16 * 2 * Lanes16.Count];
            nint at = (((nint)image * whole._sizes.Outputs) + output) * length;
            var bias = V.Fill(whole._finish.Bias(output));
            for (int panel = 0; panel < count; panel++)
            {
                float* source = products + (((nint)panel * Outputs) + output - (top * Tiles<V>.Height)) * width;
                for (int lane = 0; lane < width; lane += V.Count)
                {
                    for (int j = 0; j < side; j++) TWay.TransformProducts<V>(source + (j * productStep) + lane, side * productStep, half + (j * V.Count), side * V.Count);
                    for (int i = 0; i < m; i++) TWay.TransformProducts<V>(half + (i * side * V.Count), V.Count, squares + (i * m * width) + lane, width);
                }

                for (int i = 0; i < m * m * width; i += V.Count) (V.Load(squares + i) + bias).Store(squares + i);
                if (!whole._finish.Adds) Loops<V>.Activate(whole._finish.Activation, squares, m * m * width);
                Write(first + panel, squares, at);
            }
        }

        /// <summary>Writes the squares of a panel where they belong; what lies beyond the edge is dropped.</summary>
        void Write(int panel, float* squares, nint at)
        {
            int m = TWay.Outputs, width = Tiles<V>.Width, along = whole._squares.Result.Width, square = panel * width, end = square + windows.Columns(panel);
            while (square < end)
            {
                int last = Math.Min(end, ((square / along) + 1) * along);
                WriteRow(square / along * m, square % along, last - square, squares + (square - (panel * width)), at);
                square = last;
            }
        }

        /// <summary>Some squares beside each other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void WriteRow(int upper, int square, int squares, float* from, nint at)
        {
            int m = TWay.Outputs, width = Tiles<V>.Width, rows = Math.Min(m, whole._sizes.Result.Height - upper), pitch = whole._sizes.Result.Width;
            int whole4 = Math.Min(squares, (pitch / m) - square);   // squares that are not cut by the right edge
            for (int i = 0; i < rows; i++)
            {
                nint place = at + ((nint)(upper + i) * pitch);
                float* line = whole._y + place, source = from + (i * m * width);
                int done = 0;
                if (whole4 >= 4)
                {
                    for (; done <= whole4 - 4; done += 4) TWay.WriteFour(source + done, width, line + ((square + done) * m));
                    if (done < whole4) TWay.WriteFour(source + whole4 - 4, width, line + ((square + whole4 - 4) * m));   // some a second time
                    done = whole4;
                }

                for (; done < squares; done++)
                    for (int j = 0; j < m && ((square + done) * m) + j < pitch; j++) line[((square + done) * m) + j] = source[(j * width) + done];
                if (whole._finish.Adds) whole._finish.Apply<V>(whole._y, place + (square * m), Math.Min(squares * m, pitch - (square * m)));
            }
        }
    }
}
