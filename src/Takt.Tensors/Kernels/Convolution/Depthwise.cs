using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>A convolution whose groups have one input and next to no outputs: too thin for a product. Each window is summed by itself, many windows side by side.</summary>
readonly unsafe struct Depthwise : IKernel
{
    /// <summary>From so many outputs of a group on a tile of a product is faster.</summary>
    const int TooWide = 4;

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _weight, _bias, _y;
    readonly Activation _activation;

    public Depthwise(in ConvolutionSizes sizes, float* x, float* weight, float* bias, float* y, Activation activation)
    {
        (_sizes, _activation) = (sizes, activation);
        _x = x;
        _weight = weight;
        _bias = bias;
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
        if (_sizes.Work < Convolution.WorthSharing)
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
            var canvas = Canvas.Paint(sizes, whole._x + ((nint)part * sizes.ImageLength), slack: true);
            for (int i = 0; i < sizes.GroupOutputs; i++)
            {
                int o = (group * sizes.GroupOutputs) + i;
                float* y = whole._y + ((((nint)image * sizes.Outputs) + o) * sizes.ResultLength);
                Channel(canvas.Pixels, whole._weight + (o * sizes.Depth), whole._bias == null ? 0 : whole._bias[o], y);
                Loops<V>.Activate(whole._activation, y, sizes.ResultLength);
            }

            canvas.Return();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Channel(float* canvas, float* weight, float bias, float* y)
        {
            var sizes = whole._sizes;
            Extent result = sizes.Result, stride = sizes.Stride;
            int depth = sizes.Depth, canvasWidth = sizes.Canvas.Width;
            for (int row = 0; row < result.Height; row++, y += result.Width)
            {
                float* line = canvas + ((nint)row * stride.Height * canvasWidth);
                if (stride.Width == 1)
                    for (int column = 0; column < result.Width; column += V.Count)
                    {
                        var sum = V.Fill(bias);
                        for (int k = 0; k < depth; k++) sum = V.MultiplyAdd(V.Fill(weight[k]), V.Load(line + column + taps[k]), sum);
                        Loops<V>.StoreUpTo(sum, y + column, Math.Min(V.Count, result.Width - column));
                    }
                else
                    for (int column = 0; column < result.Width; column++)
                    {
                        float sum = bias;
                        for (int k = 0; k < depth; k++) sum = MathF.FusedMultiplyAdd(weight[k], line[(column * stride.Width) + taps[k]], sum);
                        y[column] = sum;
                    }
            }
        }
    }
}
