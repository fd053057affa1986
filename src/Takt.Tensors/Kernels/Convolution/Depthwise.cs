using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>A convolution whose groups have one input and next to no outputs: too thin for a product. Each window is summed by itself, many windows side by side.</summary>
readonly unsafe struct Depthwise : IKernel
{
    /// <summary>From so many outputs of a group on a tile of a product is faster.</summary>
    const int TooWide = 4;

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _weight, _y;
    readonly Finish _finish;

    public Depthwise(in ConvolutionSizes sizes, float* x, float* weight, float* y, in Finish finish)
    {
        (_sizes, _finish) = (sizes, finish);
        _x = x;
        _weight = weight;
        _y = y;
    }

    /// <summary>Whether this is the way to compute such a convolution.</summary>
    public static bool Fits(in ConvolutionSizes sizes) => sizes.GroupInputs == 1 && sizes.GroupOutputs < TooWide;

    public void Run<V>() where V : struct, ILanes<V>
    {
        if (_sizes.ResultLength == 0 || _sizes.Batch == 0 || _sizes.Outputs == 0) return;
        var taps = new Taps(_sizes);
        var share = new Share<V>(this, taps.Offsets);
        int parts = _sizes.Batch * _sizes.Groups;
        if (_sizes.Work < Convolution.WorthSharing / 4)   // half as fast as a product, and memory counts
            for (int part = 0; part < parts; part++) share.Run(part);
        else Workers.Run(parts, ref share);
        taps.Return();
    }

    /// <summary>One channel of one image.</summary>
    readonly struct Share<V>(Depthwise whole, int* taps) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            var sizes = whole._sizes;
            int group = part % sizes.Groups, image = part / sizes.Groups;
            var canvas = Canvas.Paint(sizes with { Inputs = 1, Groups = 1 }, whole._x + ((nint)part * sizes.ImageLength), slack: true);
            for (int i = 0; i < sizes.GroupOutputs; i++)
            {
                int o = (group * sizes.GroupOutputs) + i;
                nint at = (((nint)image * sizes.Outputs) + o) * sizes.ResultLength;
                Channel(canvas.Pixels, whole._weight + (o * sizes.Depth), whole._finish.Bias(o), whole._y + at);
                whole._finish.Apply<V>(whole._y, at, sizes.ResultLength);
            }

            canvas.Return();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Channel(float* canvas, float* weight, float bias, float* y)
        {
            var sizes = whole._sizes;
            Extent result = sizes.Result;
            int depth = sizes.Depth, pitch = sizes.Plane.Width;
            for (int row = 0; row < result.Height; row++, y += result.Width, canvas += pitch)
            {
                int column = 0;
                for (; column <= result.Width - (4 * V.Count); column += 4 * V.Count)   // four sums at once hide each other's latency
                {
                    V a = V.Fill(bias), b = a, c = a, d = a;
                    for (int k = 0; k < depth; k++)
                    {
                        float* pixels = canvas + column + taps[k];
                        var w = V.Fill(weight[k]);
                        a = V.MultiplyAdd(w, V.Load(pixels), a);
                        b = V.MultiplyAdd(w, V.Load(pixels + V.Count), b);
                        c = V.MultiplyAdd(w, V.Load(pixels + (2 * V.Count)), c);
                        d = V.MultiplyAdd(w, V.Load(pixels + (3 * V.Count)), d);
                    }

                    a.Store(y + column);
                    b.Store(y + column + V.Count);
                    c.Store(y + column + (2 * V.Count));
                    d.Store(y + column + (3 * V.Count));
                }

                for (; column < result.Width; column += V.Count)
                {
                    var sum = V.Fill(bias);
                    for (int k = 0; k < depth; k++) sum = V.MultiplyAdd(V.Fill(weight[k]), V.Load(canvas + column + taps[k]), sum);
                    Loops<V>.StoreUpTo(sum, y + column, Math.Min(V.Count, result.Width - column));
                }
            }
        }
    }
}
