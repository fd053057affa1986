using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A convolution and the largest of windows of its result, image by image: between the two an image stays in the second-level cache of the core that works on it.</summary>
ref struct PooledImages : IWork
{
    /// <summary>The filters.</summary>
    public PackedFilters Filters;

    /// <summary>The convolution of one image.</summary>
    public ConvolutionSizes Sizes;

    /// <summary>The pooling of one image's result.</summary>
    public PoolingSizes Pool;

    /// <summary>What follows the convolution.</summary>
    public Activation Activation;

    /// <summary>Images, and in how many parts they are worked on.</summary>
    public int Images, Parts;

    /// <summary>All images, what is added to their results (or nothing), room for one result a part, and the pooled results.</summary>
    public ReadOnlySpan<float> X, Addend;

    /// <inheritdoc cref="X"/>
    public Span<float> Room, Y;

    /// <inheritdoc/>
    public void Run(int part)
    {
        int input = X.Length / Images, length = Room.Length / Parts, output = Y.Length / Images;
        var made = Room.Slice(part * length, length);
        for (int image = (int)((long)Images * part / Parts); image < (int)((long)Images * (part + 1) / Parts); image++)
        {
            Filters.Run(Sizes, X.Slice(image * input, input), made, Activation, Addend.IsEmpty ? default : Addend.Slice(image * length, length));
            Pooling.Max(Pool, made, Y.Slice(image * output, output));
        }
    }
}
