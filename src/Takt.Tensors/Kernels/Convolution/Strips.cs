namespace Takt.Tensors.Kernels;

/// <summary>The rows of a convolution's result in strips, each a convolution of its own, so small that it stays in cache.</summary>
readonly struct Strips
{
    readonly ConvolutionSizes _sizes;

    /// <summary>Cuts an image.</summary>
    /// <param name="sizes">Sizes of the convolution, with a result.</param>
    /// <param name="together">Numbers of an output in a strip.</param>
    /// <param name="canvas">Places on the canvas of a strip.</param>
    /// <param name="least">So many strips there shall be, where there are rows enough.</param>
    public Strips(in ConvolutionSizes sizes, int together, int canvas, int least)
    {
        _sizes = sizes;
        int pitch = sizes.Plane.Width, height = sizes.Result.Height, reach = sizes.Kernel.Height * sizes.Dilation.Height / sizes.Stride.Height;
        int fitting = Math.Min(together / pitch, (canvas / (sizes.GroupInputs * pitch * sizes.Stride.Height * sizes.Stride.Width)) - reach);
        int rows = Math.Max(2, Math.Min(fitting, height / least)), strips = (height + rows - 1) / rows;
        Rows = (((height + strips - 1) / strips) + 1) & ~1;
        Count = (height + Rows - 1) / Rows;
    }

    /// <summary>Rows of y in a strip: an even number. The last strip may have fewer.</summary>
    public int Rows { get; }

    /// <summary>Strips.</summary>
    public int Count { get; }

    /// <summary>One strip: the same images, of which all but some rows are cut off. The canvas of the last is as high as all.</summary>
    public ConvolutionSizes At(int strip)
    {
        Extent stride = _sizes.Stride;
        int top = _sizes.Before.Height - (strip * Rows * stride.Height), canvas = ((Rows - 1) * stride.Height) + ((_sizes.Kernel.Height - 1) * _sizes.Dilation.Height) + 1;
        int image = _sizes.Canvas.Height - _sizes.Before.Height - _sizes.After.Height;
        return _sizes with { Batch = 1, Before = (top, _sizes.Before.Width), After = (canvas - top - image, _sizes.After.Width) };
    }
}
