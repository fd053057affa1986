using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>A convolution as a product that never is: weights [outputs, depth] times pixels [depth, windows], the pixels packed panel by panel straight from the image.</summary>
readonly unsafe struct Correlation : IKernel
{
    /// <summary>Depth of a block of pixels: a panel (256 × 32 floats, 32 KiB) stays in the first-level cache.</summary>
    const int BlockDepth = 256;

    /// <summary>Height of a block of weights: 240 × 256 floats (240 KiB) stay in the second-level cache; a multiple of every tile height.</summary>
    const int BlockHeight = 240;

    /// <summary>Weights of so many floats (128 KiB) stay in the second-level cache by themselves: panels are taken one by one. Else several share each pass over the weights.</summary>
    const int WeightsThatStay = 1 << 15, PanelsTogether = 8;

    readonly ConvolutionSizes _sizes;
    readonly float* _x, _weight, _bias, _y;
    readonly Activation _activation;

    public Correlation(in ConvolutionSizes sizes, float* x, float* weight, float* bias, float* y, Activation activation)
    {
        (_sizes, _activation) = (sizes, activation);
        _x = x;
        _weight = weight;
        _bias = bias;
        _y = y;
    }

    public void Run<V>() where V : struct, ILanes<V>
    {
        var windows = new Windows<V>(_sizes);
        if (windows.Panels == 0 || _sizes.Outputs == 0 || _sizes.Batch == 0) return;
        var taps = new Taps(_sizes);
        var starts = BlockPool.Rent(_sizes.Outputs * Tiles<V>.Width);
        for (int o = 0; o < _sizes.Outputs; o++) new Span<float>(starts.Pointer + (o * Tiles<V>.Width), Tiles<V>.Width).Fill(_bias == null ? 0 : _bias[o]);

        int images = _sizes.Batch * _sizes.Groups;
        int strips = _sizes.Work < Convolution.WorthSharing ? 1 : Math.Clamp(2 * Workers.Count / images, 1, windows.Panels);
        var share = new Share<V>(this, windows, taps.Offsets, starts.Pointer, strips);
        if (_sizes.Work < Convolution.WorthSharing)
            for (int part = 0; part < images; part++) share.Run(part);
        else Workers.Run(images * strips, ref share);
        BlockPool.Return(starts);
        taps.Return();
    }

    /// <summary>One image's group, or a strip of its panels.</summary>
    readonly struct Share<V>(Correlation whole, Windows<V> windows, int* taps, float* starts, int strips) : IWork where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            var sizes = whole._sizes;
            int width = Tiles<V>.Width, outputs = sizes.GroupOutputs, strip = part % strips, image = part / strips / sizes.Groups, group = part / strips % sizes.Groups;
            var canvas = Canvas.Paint(sizes, whole._x + (((nint)image * sizes.Inputs) + (group * sizes.GroupInputs)) * sizes.ImageLength);
            float* y = whole._y + ((((nint)image * sizes.Outputs) + (group * outputs)) * sizes.ResultLength);
            int together = (long)outputs * sizes.Depth <= WeightsThatStay ? 1 : PanelsTogether;
            var pixels = BlockPool.Rent(together * BlockDepth * width);
            var beside = BlockPool.Rent(together * outputs * width);
            int end = (int)((long)windows.Panels * (strip + 1) / strips);
            for (int panel = (int)((long)windows.Panels * strip / strips); panel < end; panel += together)
                Panels(panel, Math.Min(together, end - panel), group, canvas.Pixels, pixels.Pointer, beside.Pointer, y);
            BlockPool.Return(beside);
            BlockPool.Return(pixels);
            canvas.Return();
        }

        void Panels(int panel, int count, int group, float* canvas, float* pixels, float* beside, float* y)
        {
            int width = Tiles<V>.Width, outputs = whole._sizes.GroupOutputs, depth = whole._sizes.Depth, length = whole._sizes.ResultLength;
            float* weight = whole._weight + ((nint)group * outputs * depth), start = starts + (group * outputs * width);
            for (int from = 0; from < depth; from += BlockDepth)
            {
                int here = Math.Min(BlockDepth, depth - from);
                for (int i = 0; i < count; i++) windows.Pack(panel + i, canvas, taps + from, here, pixels + (i * BlockDepth * width));
                for (int top = 0; top < outputs; top += BlockHeight)
                    for (int i = 0; i < count; i++)
                    {
                        bool straight = windows.IsWhole(panel + i);
                        float* target = straight ? y + ((panel + i) * width) : beside + (i * outputs * width);
                        nint row = straight ? length : width;
                        target += top * row;
                        Tiles<V>.Run(Math.Min(BlockHeight, outputs - top), weight + ((nint)top * depth) + from, depth, 1, pixels + (i * BlockDepth * width), width,
                            target, row, from == 0 ? start + (top * width) : target, from == 0 ? width : row, here);
                    }
            }

            for (int i = 0; i < count; i++) Finish(panel + i, beside + (i * outputs * width), y);
        }

        void Finish(int panel, float* beside, float* y)
        {
            int width = Tiles<V>.Width, outputs = whole._sizes.GroupOutputs;
            if (windows.IsWhole(panel))
            {
                if (whole._activation == Activation.Identity) return;
                for (int o = 0; o < outputs; o++) Loops<V>.Activate(whole._activation, y + ((nint)o * whole._sizes.ResultLength) + (panel * width), width);
            }
            else
            {
                Loops<V>.Activate(whole._activation, beside, outputs * width);
                windows.Unpack(panel, outputs, beside, y);
            }
        }
    }
}
