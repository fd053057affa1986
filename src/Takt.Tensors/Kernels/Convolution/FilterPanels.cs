namespace Takt.Tensors.Kernels;

/// <summary>Filters in panels as high as a tile of a product: the weights of its rows side by side, product after product, so that the innermost loop reads straight on.</summary>
/// <remarks>Block after block of products, in each panel after panel: as the loops take them, so that memory is read ahead. The last panel of a group is filled up with zeros.</remarks>
static unsafe class FilterPanels<V> where V : struct, ILanes<V>
{
    /// <summary>Products in a block: with them a panel of pixels (256 × 32 floats, 32 KiB) stays in the first-level cache.</summary>
    public const int BlockDepth = 256;

    /// <summary>Panels of one group.</summary>
    public static int Count(int outputs) => (outputs + Tiles<V>.Height - 1) / Tiles<V>.Height;

    /// <summary>How many floats the panels of one group take.</summary>
    public static int Length(int outputs, int depth) => checked(Count(outputs) * Tiles<V>.Height * depth);

    /// <summary>Where in a group the panel of a block of products begins.</summary>
    /// <param name="outputs">Outputs of the group.</param>
    /// <param name="panel">Which panel.</param>
    /// <param name="from">First product of the block.</param>
    /// <param name="depth">Products of the block.</param>
    public static nint Offset(int outputs, int panel, int from, int depth) => (((nint)Count(outputs) * from) + ((nint)panel * depth)) * Tiles<V>.Height;

    /// <summary>Packs w [groups · outputs, depth] group by group.</summary>
    public static void Pack(in ConvolutionSizes sizes, float* weight, float* target)
    {
        for (int group = 0; group < sizes.Groups; group++)
            Pack(weight + ((nint)group * sizes.GroupOutputs * sizes.Depth), sizes.GroupOutputs, sizes.Depth, target + ((nint)group * Length(sizes.GroupOutputs, sizes.Depth)));
    }

    /// <summary>Packs one group, a matrix [outputs, depth].</summary>
    public static void Pack(float* weight, int outputs, int depth, float* target)
    {
        int height = Tiles<V>.Height;
        for (int from = 0; from < depth; from += BlockDepth)
        {
            int here = Math.Min(BlockDepth, depth - from);
            for (int top = 0; top < outputs; top += height, target += (nint)height * here)
            {
                int rows = Math.Min(height, outputs - top);
                if (rows < height) new Span<float>(target, height * here).Clear();
                for (int row = 0; row < rows; row++)
                {
                    float* source = weight + ((nint)(top + row) * depth) + from, to = target + row;
                    for (int k = 0; k < here; k++, to += height) *to = source[k];
                }
            }
        }
    }

    /// <summary>A panel of sums: what they begin with, and filters · pixels of one block of products.</summary>
    /// <param name="outputs">Outputs of the group.</param>
    /// <param name="panel">The first panel of filters.</param>
    /// <param name="end">Behind the last.</param>
    /// <param name="filters">The panels of the group.</param>
    /// <param name="from">First product of the block.</param>
    /// <param name="depth">Products of the block.</param>
    /// <param name="pixels">depth × tile width.</param>
    /// <param name="columns">How many columns are asked for; what is computed beyond is not.</param>
    /// <param name="target">Sums of output 0; the others follow.</param>
    /// <param name="row">From output to output.</param>
    /// <param name="start">What the sums of output 0 begin with: the target itself, or other numbers, two vectors wide.</param>
    /// <param name="startRow">From output to output; 0 where all begin alike.</param>
    public static void Multiply(int outputs, int panel, int end, float* filters, int from, int depth, float* pixels, int columns, float* target, nint row, float* start, nint startRow)
    {
        if (columns <= V.Count && start != target)
            for (int output = panel * Tiles<V>.Height; output < Math.Min(outputs, end * Tiles<V>.Height); output++) V.Load(start + (output * startRow)).Store(target + (output * row));

        int width = Tiles<V>.Width, height = Tiles<V>.Height;
        while (panel < end)
        {
            int output = panel * height, rows = Math.Min(height, outputs - output);
            float* a = filters + Offset(outputs, panel, from, depth), c = target + (output * row);
            if (columns > V.Count)
            {
                Tiles<V>.Run(rows, a, 1, height, pixels, width, c, row, start + (output * startRow), startRow, depth);
            }
            else if (height == 6 && panel + 1 < end && output + 12 <= outputs)
            {
                NarrowTiles<V>.RunPair(a, a + (height * depth), pixels, width, c, row, depth);
                panel++;
            }
            else
            {
                NarrowTiles<V>.Run(rows, a, 1, height, pixels, width, c, row, depth);
            }

            panel++;
        }
    }
}
