namespace Takt.Tensors.Kernels;

/// <summary>The sizes of one convolution, as ONNX Conv knows them: y[b, o, i, j] = Σ over c, u, v of w[o, c, u, v] · x[b, c, i·stride + u·dilation − top, j·stride + v·dilation − left].</summary>
/// <param name="Batch">Images.</param>
/// <param name="Inputs">Channels of x.</param>
/// <param name="Image">Height and width of x; height 1 for sequences.</param>
/// <param name="Outputs">Channels of y.</param>
/// <param name="Kernel">Height and width of w.</param>
public readonly record struct ConvolutionSizes(int Batch, int Inputs, Extent Image, int Outputs, Extent Kernel)
{
    /// <summary>Positions from one window to the next; 1 by default.</summary>
    public Extent Stride { get; init; } = 1;

    /// <summary>Positions from one tap of the kernel to the next; 1 by default.</summary>
    public Extent Dilation { get; init; } = 1;

    /// <summary>Rows of zeros above and columns of zeros left of the image; what is negative is cut off.</summary>
    public Extent Before { get; init; }

    /// <summary>Rows of zeros below and columns of zeros right of the image; what is negative is cut off.</summary>
    public Extent After { get; init; }

    /// <summary>Channels fall into so many groups that do not see each other; 1 by default.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Positions from one pixel of the image to the next, with zeros between: the stride of the convolution that this one is the way back of.</summary>
    internal Extent Spread { get; init; } = 1;

    /// <summary>Height and width of the image with its margins.</summary>
    internal Extent Canvas => (Before.Height + Spanned(Image.Height, Spread.Height) + After.Height, Before.Width + Spanned(Image.Width, Spread.Width) + After.Width);

    /// <summary>Height and width of y.</summary>
    public Extent Result
    {
        get
        {
            var canvas = Canvas;
            return (Windows(canvas.Height, Kernel.Height, Dilation.Height, Stride.Height), Windows(canvas.Width, Kernel.Width, Dilation.Width, Stride.Width));
        }
    }

    /// <summary>Channels of x in a group.</summary>
    internal int GroupInputs => Inputs / Groups;

    /// <summary>Channels of y in a group.</summary>
    internal int GroupOutputs => Outputs / Groups;

    /// <summary>Products in one number of y.</summary>
    internal int Depth => GroupInputs * Kernel.Height * Kernel.Width;

    internal int ImageLength => Image.Height * Image.Width;

    /// <summary>Height and width of a plane of the canvas: every stride-th pixel of every stride-th row, so that neighbouring windows are neighbours in it.</summary>
    internal Extent Plane
    {
        get
        {
            var canvas = Canvas;
            return ((canvas.Height + Stride.Height - 1) / Stride.Height, (canvas.Width + Stride.Width - 1) / Stride.Width);
        }
    }

    /// <summary>Places in the planes of one channel.</summary>
    internal int CanvasLength
    {
        get
        {
            var plane = Plane;
            return Stride.Height * Stride.Width * plane.Height * plane.Width;
        }
    }

    internal int ResultLength => Result.Height * Result.Width;

    /// <summary>Whether the image can be read where it lies: its pixels are the windows.</summary>
    internal bool IsBare => Kernel == 1 && Stride == 1 && Before == 0 && After == 0 && Spread == 1;

    /// <summary>Multiply-adds.</summary>
    internal long Work => (long)Batch * Outputs * ResultLength * Depth;

    /// <summary>The convolution that leads back from y to x: pixels of y a stride apart, the kernel turned by 180°, inputs and outputs exchanged. Its weights come from <see cref="Turning"/>.</summary>
    internal ConvolutionSizes Back
    {
        get
        {
            Extent result = Result, reach = ((Kernel.Height - 1) * Dilation.Height, (Kernel.Width - 1) * Dilation.Width);
            Extent before = (reach.Height - Before.Height, reach.Width - Before.Width);
            return new(Batch, Outputs, result, Inputs, Kernel)
            {
                Dilation = Dilation,
                Groups = Groups,
                Spread = Stride,
                Before = before,
                After = (Image.Height + reach.Height - before.Height - Spanned(result.Height, Stride.Height), Image.Width + reach.Width - before.Width - Spanned(result.Width, Stride.Width)),
            };
        }
    }

    static int Spanned(int size, int spread) => size == 0 ? 0 : ((size - 1) * spread) + 1;

    static int Windows(int canvas, int kernel, int dilation, int stride) => canvas < ((kernel - 1) * dilation) + 1 ? 0 : ((canvas - ((kernel - 1) * dilation) - 1) / stride) + 1;
}
