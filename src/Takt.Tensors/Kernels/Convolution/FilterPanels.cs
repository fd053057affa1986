namespace Takt.Tensors.Kernels;

/// <summary>Filters in panels as high as a tile of a product: the weights of its rows side by side, product after product, so that the innermost loop reads straight on. The last panel of a group is filled up with zeros.</summary>
static unsafe class FilterPanels<V> where V : struct, ILanes<V>
{
    /// <summary>Panels of one group.</summary>
    public static int Count(int outputs) => (outputs + Tiles<V>.Height - 1) / Tiles<V>.Height;

    /// <summary>How many floats the panels of all groups take.</summary>
    public static int Length(in ConvolutionSizes sizes) => checked(sizes.Groups * Count(sizes.GroupOutputs) * Tiles<V>.Height * sizes.Depth);

    /// <summary>Packs w [outputs, depth] group by group.</summary>
    public static void Pack(in ConvolutionSizes sizes, float* weight, float* target)
    {
        int outputs = sizes.GroupOutputs, depth = sizes.Depth;
        nint length = (nint)Count(outputs) * Tiles<V>.Height * depth;
        for (int group = 0; group < sizes.Groups; group++) Pack(weight + ((nint)group * outputs * depth), outputs, depth, target + (group * length));
    }

    /// <summary>Packs a matrix [outputs, depth].</summary>
    public static void Pack(float* weight, int outputs, int depth, float* target)
    {
        int height = Tiles<V>.Height;
        for (int top = 0; top < outputs; top += height, target += (nint)height * depth)
        {
            int rows = Math.Min(height, outputs - top);
            if (rows < height) new Span<float>(target, height * depth).Clear();
            for (int row = 0; row < rows; row++)
            {
                float* source = weight + ((nint)(top + row) * depth), to = target + row;
                for (int k = 0; k < depth; k++, to += height) *to = source[k];
            }
        }
    }
}
