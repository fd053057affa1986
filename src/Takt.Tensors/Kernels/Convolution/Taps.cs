namespace Takt.Tensors.Kernels;

/// <summary>Where on the canvas, seen from the window's first pixel, each product of a sum finds its pixel: channel by channel, row by row of the kernel.</summary>
readonly unsafe struct Taps
{
    readonly Block _block;

    public Taps(in ConvolutionSizes sizes)
    {
        _block = BlockPool.Rent(sizes.Depth);
        int* next = Offsets = (int*)_block.Pointer;
        Extent stride = sizes.Stride, plane = sizes.Plane;
        int length = sizes.CanvasLength;
        for (int channel = 0; channel < sizes.GroupInputs; channel++)
            for (int row = 0; row < sizes.Kernel.Height; row++)
                for (int column = 0; column < sizes.Kernel.Width; column++)
                {
                    int down = row * sizes.Dilation.Height, right = column * sizes.Dilation.Width;
                    int phase = (down % stride.Height * stride.Width) + (right % stride.Width);
                    *next++ = (channel * length) + (((phase * plane.Height) + (down / stride.Height)) * plane.Width) + (right / stride.Width);
                }
    }

    /// <summary>One offset per product.</summary>
    public int* Offsets { get; }

    /// <summary>Gives the memory back.</summary>
    public void Return() => BlockPool.Return(_block);
}
