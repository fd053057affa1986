using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>A convolution of few products a number: its pixels are read where they lie, since packing them for a product would take as long as the few outputs that use them.</summary>
/// <remarks>
/// A strip of rows is computed for four outputs at a time, beside y: as one line as long as the rows on the canvas, so that vectors run on from row to row and what they compute
/// between the rows is dropped. While it is in the first-level cache, it is copied to y, or the largest of every 2×2 of it is.
/// </remarks>
readonly unsafe struct Direct : IKernel
{
    /// <summary>So many numbers of an output are in flight (8 KiB for all four): with the pixels they come from they stay in the first-level cache.</summary>
    const int Together = 512;

    /// <summary>A canvas of so many floats (16 KiB) stays there beside them.</summary>
    const int CanvasThatStays = 1 << 12;

    /// <summary>To begin and end a sum takes as long as so many products.</summary>
    const int EndsLike = 12;

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _panels, _y;
    readonly Finish _finish;
    readonly bool _halves;
    readonly Extent _whole, _result;   // of the convolution, and of what is left of it

    /// <summary>Prepares a convolution.</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Images.</param>
    /// <param name="panels">Filters as <see cref="DirectTiles{V}.Pack"/> lays them.</param>
    /// <param name="y">Result.</param>
    /// <param name="finish">What begins and ends the sums.</param>
    /// <param name="halves">Whether y holds the largest of every 2×2 instead of all; nothing is added then.</param>
    public Direct(in ConvolutionSizes sizes, float* x, float* panels, float* y, in Finish finish, bool halves = false)
    {
        (_sizes, _finish, _halves) = (sizes, finish, halves);
        _x = x;
        _panels = panels;
        _y = y;
        _whole = sizes.Result;
        _result = halves ? (_whole.Height / 2, _whole.Width / 2) : _whole;
    }

    /// <summary>Whether this is the way to compute such a convolution. At most a third of the sums fall between the rows; a kernel of one tap meets its pixels once, and so gains by packing sooner.</summary>
    public static bool Fits(in ConvolutionSizes sizes)
    {
        const int products = 96, channels = 32, least = 8;
        int width = sizes.Result.Width;
        return sizes.Depth <= (sizes.Kernel == 1 ? channels : products) && width >= least && sizes.Plane.Width <= width + (width / 2);
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        if (_whole.Height == 0 || _whole.Width == 0 || _sizes.Batch == 0 || _sizes.Outputs == 0) return;
        int images = _sizes.Batch * _sizes.Groups;
        bool shares = _sizes.Work + (EndsLike * images * (long)_sizes.GroupOutputs * _sizes.ResultLength) >= Convolution.WorthSharing;
        var strips = new Strips(_sizes, Together, CanvasThatStays, shares && images < 2 * Workers.Count ? 2 * Workers.Count : 1);
        var taps = new Taps(strips.At(0));
        var share = new Share<V>(this, taps.Offsets, strips);
        if (shares) Workers.Run(images * strips.Count, ref share);
        else for (int part = 0; part < images * strips.Count; part++) share.Run(part);
        taps.Return();
    }

    /// <summary>One strip of one image's group.</summary>
    readonly struct Share<V>(Direct whole, int* taps, Strips strips) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            var sizes = whole._sizes;
            int image = part / strips.Count / sizes.Groups, group = part / strips.Count % sizes.Groups, strip = part % strips.Count, first = strip * strips.Rows, count = Math.Min(strips.Rows, whole._whole.Height - first);
            var canvas = Canvas.Paint(strips.At(strip), whole._x + (((nint)image * sizes.Inputs) + (group * sizes.GroupInputs)) * sizes.ImageLength, slack: true);
            int pitch = sizes.Plane.Width, length = ((count - 1) * pitch) + whole._whole.Width, line = DirectTiles<V>.LineLength(length);
            var lines = BlockPool.Rent(DirectTiles<V>.Height * line);
            float* panel = whole._panels + (group * DirectTiles<V>.Length(sizes.GroupOutputs, sizes.Depth)), starts = stackalloc float[DirectTiles<V>.Height];
            for (int output = 0; output < sizes.GroupOutputs; output += DirectTiles<V>.Height, panel += DirectTiles<V>.Height * sizes.Depth)
            {
                int here = Math.Min(DirectTiles<V>.Height, sizes.GroupOutputs - output), firstOutput = (group * sizes.GroupOutputs) + output;
                for (int i = 0; i < here; i++) starts[i] = whole._finish.Bias(firstOutput + i);
                bool isRelu = whole._finish.Activation == Activation.Relu && !whole._finish.Adds;
                DirectTiles<V>.Run(canvas.Pixels, length, taps, sizes.Depth, panel, starts, isRelu, lines.Pointer, line);
                for (int i = 0; i < here; i++)
                {
                    float* from = lines.Pointer + (i * line);
                    if (!whole._finish.Adds && !isRelu) Loops<V>.Activate(whole._finish.Activation, from, length);
                    nint at = ((((nint)image * sizes.Outputs) + firstOutput + i) * whole._result.Height + (whole._halves ? first / 2 : first)) * whole._result.Width;
                    if (whole._halves) Halving.Forward<Largest, V>(default, from, pitch, whole._y + at, (count / 2, whole._result.Width));
                    else Copy(from, pitch, at, count);
                }
            }

            BlockPool.Return(lines);
            canvas.Return();
        }

        /// <summary>Every row goes to y.</summary>
        void Copy(float* from, int pitch, nint at, int count)
        {
            int width = whole._whole.Width;
            if (width < V.Count) CopyRows<Lanes1>(from, pitch, whole._y + at, width, count);
            else CopyRows<V>(from, pitch, whole._y + at, width, count);
            if (whole._finish.Adds) whole._finish.Apply<V>(whole._y, at, count * width);
        }

        /// <summary>Rows of a vector or more: a call each to copy them would take longer than the copying.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        static void CopyRows<L>(float* from, int pitch, float* to, int width, int count) where L : struct, ILanes<L>
        {
            for (int row = 0; row < count; row++, from += pitch, to += width)
            {
                for (int column = 0; column <= width - L.Count; column += L.Count) L.Load(from + column).Store(to + column);
                L.Load(from + width - L.Count).Store(to + width - L.Count);   // some a second time
            }
        }
    }
}
