using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _filters, _y;
    readonly Finish _finish;
    readonly bool _halves;
    readonly Extent _result;

    /// <summary>Prepares a convolution.</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Images.</param>
    /// <param name="filters">Filters as <see cref="WinogradFilters{TWay}"/> packs them.</param>
    /// <param name="y">Result.</param>
    /// <param name="finish">What begins and ends the sums.</param>
    /// <param name="halves">Whether y holds the largest of every 2×2 instead of all; nothing is added then.</param>
    public Winograd(in ConvolutionSizes sizes, float* x, float* filters, float* y, in Finish finish, bool halves)
    {
        (_sizes, _finish, _halves) = (sizes, finish, halves);
        _x = x;
        _filters = filters;
        _y = y;
        var result = sizes.Result;
        _result = halves ? (result.Height / 2, result.Width / 2) : result;
    }

    /// <summary>Numbers of y along a square.</summary>
    int Side => _halves ? TWay.Outputs / 2 : TWay.Outputs;

    int SquareCount => Squares<TWay>.Along(_sizes) * Squares<TWay>.Down(_sizes);

    public void Run<V>() where V : struct, ILanes<V>
    {
        if (_sizes.ResultLength == 0 || _sizes.Batch == 0) return;
        bool shares = _sizes.Work >= Convolution.WorthSharing, byImage = shares && _sizes.Batch >= 2 * Workers.Count;
        var share = new Images<V>(this, shares && !byImage ? Workers.Count : 1);
        if (byImage) Workers.Run(_sizes.Batch, ref share);
        else for (int image = 0; image < _sizes.Batch; image++) share.Run(image);   // one after the other, each shared
    }

    /// <summary>One image.</summary>
    readonly struct Images<V>(Winograd<TWay> whole, int threads) : IWork where V : struct, ILanes<V>
    {
        public void Run(int image)
        {
            int panels = (whole.SquareCount + Tiles<V>.Width - 1) / Tiles<V>.Width;

            // Parts share nothing that one of them writes. Where there are fewer panels than threads, outputs are split too, and pixels transformed for each.
            int wide = threads == 1 ? 1 : Math.Min(panels, 2 * threads), high = Math.Clamp(threads / wide, 1, FilterPanels<V>.Count(whole._sizes.Outputs));
            var share = new Share<V>(whole, panels, image, wide, high);
            Workers.Run(wide * high, ref share);
        }
    }

    /// <summary>Some panels of squares, some outputs.</summary>
    readonly struct Share<V>(Winograd<TWay> whole, int panels, int image, int wide, int high) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            int points = WinogradFilters<TWay>.Points, width = Tiles<V>.Width, inputs = whole._sizes.Inputs, filters = FilterPanels<V>.Count(whole._sizes.Outputs);
            int left = panels * (part % wide) / wide, right = panels * ((part % wide) + 1) / wide, top = filters * (part / wide) / high, bottom = filters * ((part / wide) + 1) / high;
            int outputs = (bottom - top) * Tiles<V>.Height, together = Math.Clamp(FloatsTogether / (points * (inputs + outputs) * width), 1, right - left);
            int pixelStep = (together * inputs * width) + Line, productStep = (together * outputs * width) + Line, plane = Squares<TWay>.PlaneLength(whole._sizes, together * width);
            var pixels = BlockPool.Rent(points * pixelStep);
            var products = BlockPool.Rent(points * productStep);
            var room = BlockPool.Rent(Squares<TWay>.Room(whole._sizes, plane));
            int along = Squares<TWay>.Along(whole._sizes), all = whole.SquareCount;
            for (int panel = left; panel < right; panel += together)
            {
                int count = Math.Min(together, right - panel), last = Math.Min(all, (panel + count) * width) - 1;
                var squares = new Squares<TWay>(whole._sizes, panel * width / along, (last / along) + 1, plane, room.Pointer);
                var block = new Block<V>(whole, squares, panel, count, top, bottom, pixels.Pointer, pixelStep, products.Pointer, productStep, image);
                for (int channel = 0; channel < inputs; channel++) block.Transform(channel);
                for (int point = 0; point < points; point++) block.Multiply(point);
                for (int output = top * Tiles<V>.Height; output < Math.Min(whole._sizes.Outputs, bottom * Tiles<V>.Height); output++) block.TransformBack(output);
            }

            BlockPool.Return(room);
            BlockPool.Return(products);
            BlockPool.Return(pixels);
        }
    }

    /// <summary>Some panels of squares on their way through the three steps. Pixels lie [point, panel, input, square], products [point, panel, output, square].</summary>
    readonly struct Block<V>(Winograd<TWay> whole, Squares<TWay> squares, int first, int count, int top, int bottom, float* pixels, nint pixelStep, float* products, nint productStep, int image) where V : struct, ILanes<V>
    {
        int Inputs => whole._sizes.Inputs;

        /// <summary>Outputs there is room for.</summary>
        int Outputs => (bottom - top) * Tiles<V>.Height;

        /// <summary>Bᵀ d B of one channel.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Transform(int channel)
        {
            int side = WinogradFilters<TWay>.Side, width = Tiles<V>.Width, plane = squares.Plane;
            float* half = stackalloc float[36 * Lanes16.Count];
            squares.Deal(whole._x + ((((nint)image * Inputs) + channel) * whole._sizes.ImageLength));
            for (int panel = 0; panel < count; panel++)
            {
                float* target = pixels + (((nint)panel * Inputs) + channel) * width, from = squares.At((first + panel) * width);
                for (int lane = 0; lane < width; lane += V.Count)
                {
                    for (int j = 0; j < side; j++) TWay.TransformPixels<V>(from + ((nint)j * plane) + lane, side * plane, half + (j * V.Count), side * V.Count);
                    for (int i = 0; i < side; i++) TWay.TransformPixels<V>(half + (i * side * V.Count), V.Count, target + (i * side * pixelStep) + lane, pixelStep);
                }
            }
        }

        /// <summary>The product of one point.</summary>
        public void Multiply(int point)
        {
            int width = Tiles<V>.Width, inputs = Inputs, outputs = Outputs, all = whole.SquareCount;
            float* filters = whole._filters + ((nint)point * FilterPanels<V>.Length(whole._sizes.Outputs, inputs)), target = products + (point * productStep);
            float* zeros = stackalloc float[2 * Lanes16.Count];
            for (int from = 0; from < inputs; from += FilterPanels<V>.BlockDepth)
            {
                int depth = Math.Min(FilterPanels<V>.BlockDepth, inputs - from);
                for (int panel = 0; panel < count; panel++)
                {
                    float* sums = target + ((((nint)panel * outputs) - (top * Tiles<V>.Height)) * width);
                    FilterPanels<V>.Multiply(whole._sizes.Outputs, top, bottom, filters, from, depth,
                        pixels + (point * pixelStep) + ((((nint)panel * inputs) + from) * width), Math.Min(width, all - ((first + panel) * width)), sums, width, from == 0 ? zeros : sums, from == 0 ? 0 : width);
                }
            }
        }

        /// <summary>Aᵀ p A of one output, and what comes after.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void TransformBack(int output)
        {
            int side = WinogradFilters<TWay>.Side, m = TWay.Outputs, width = Tiles<V>.Width;
            float* half = stackalloc float[24 * Lanes16.Count], made = stackalloc float[16 * 2 * Lanes16.Count];
            nint at = (((nint)image * whole._sizes.Outputs) + output) * whole._result.Height * whole._result.Width;
            V bias = V.Fill(whole._finish.Bias(output)), zero = V.Fill(0);
            bool isRelu = whole._finish.Activation == Activation.Relu && !whole._finish.Adds;
            for (int panel = 0; panel < count; panel++)
            {
                float* source = products + (((nint)panel * Outputs) + output - (top * Tiles<V>.Height)) * width;
                for (int lane = 0; lane < width; lane += V.Count)
                {
                    for (int j = 0; j < side; j++) TWay.TransformProducts<V>(source + (j * productStep) + lane, side * productStep, half + (j * V.Count), side * V.Count);
                    for (int i = 0; i < m; i++) TWay.TransformProducts<V>(half + (i * side * V.Count), V.Count, made + (i * m * width) + lane, width);
                }

                if (isRelu) for (int i = 0; i < m * m * width; i += V.Count) V.AtLeast(V.Load(made + i) + bias, zero).Store(made + i);
                else for (int i = 0; i < m * m * width; i += V.Count) (V.Load(made + i) + bias).Store(made + i);
                if (!isRelu && !whole._finish.Adds) Loops<V>.Activate(whole._finish.Activation, made, m * m * width);
                if (whole._halves) Halve(made, m, width);
                Write(first + panel, made, at);
            }
        }

        /// <summary>The largest of every 2×2 of each square, which does not share one with its neighbours.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        static void Halve(float* made, int m, int width)
        {
            int row = m * width;
            float* to = made;
            for (int i = 0; i < m; i += 2)
                for (int j = 0; j < m; j += 2)
                    for (float* from = made + (i * row) + (j * width), end = from + width; from < end; from += V.Count, to += V.Count)
                        V.Largest(V.Largest(V.Load(from), V.Load(from + width)), V.Largest(V.Load(from + row), V.Load(from + row + width))).Store(to);
        }

        /// <summary>Writes the squares of a panel where they belong; what lies beyond the edge is dropped.</summary>
        void Write(int panel, float* made, nint at)
        {
            int width = Tiles<V>.Width, along = Squares<TWay>.Along(whole._sizes), square = panel * width, end = Math.Min(square + width, whole.SquareCount);
            while (square < end)
            {
                int last = Math.Min(end, ((square / along) + 1) * along);
                WriteRow(square / along * whole.Side, square % along, last - square, made + (square - (panel * width)), at);
                square = last;
            }
        }

        /// <summary>Some squares beside each other.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void WriteRow(int upper, int square, int squares, float* from, nint at)
        {
            int m = whole.Side, width = Tiles<V>.Width, rows = Math.Min(m, whole._result.Height - upper), pitch = whole._result.Width;
            int whole4 = Math.Min(squares, (pitch / m) - square);   // squares that are not cut by the right edge
            for (int i = 0; i < rows; i++)
            {
                nint place = at + ((nint)(upper + i) * pitch);
                float* line = whole._y + place, source = from + (i * m * width);
                int done = 0;
                if (whole4 >= 4)
                {
                    for (; done <= whole4 - 4; done += 4) WriteFour(m, source + done, line + ((square + done) * m));
                    if (done < whole4) WriteFour(m, source + whole4 - 4, line + ((square + whole4 - 4) * m));   // some a second time
                    done = whole4;
                }

                for (; done < squares; done++)
                    for (int j = 0; j < m && ((square + done) * m) + j < pitch; j++) line[((square + done) * m) + j] = source[(j * width) + done];
                if (whole._finish.Adds) whole._finish.Apply<V>(whole._y, place + (square * m), Math.Min(squares * m, pitch - (square * m)));
            }
        }

        /// <summary>One row of four neighbouring squares, m numbers of each.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void WriteFour(int m, float* from, float* to)
        {
            int width = Tiles<V>.Width;
            if (m == 4)
            {
                Transposition.Turn4(from, width, to, 4);
            }
            else if (m == 2)
            {
                Vector128<float> left = Vector128.Load(from), right = Vector128.Load(from + width);
                Transposition.ZipLow(left, right).Store(to);
                Transposition.ZipHigh(left, right).Store(to + 4);
            }
            else
            {
                Vector128.Load(from).Store(to);
            }
        }
    }
}
