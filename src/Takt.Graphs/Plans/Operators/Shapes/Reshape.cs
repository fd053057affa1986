using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The same elements in other sizes: 0 keeps the input's size there (unless allowzero), and one −1 is worked out.</summary>
sealed class Reshape(Node node) : Kernel
{
    readonly bool _zeroIsZero = node.Int("allowzero", 0) != 0;

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var (x, shape) = (call.Input(0), call.Input(1));
        Span<int> sizes = stackalloc int[Math.Min(shape.Count, 64)];
        if (shape.Count > sizes.Length) throw call.Wrong($"{shape.Count} sizes", "at most 64");
        int free = -1;
        long known = 1;
        for (int i = 0; i < sizes.Length; i++)
        {
            long size = WholeNumbers.At(shape, i, call);
            if (size == 0 && !_zeroIsZero) size = i < x.Rank ? x.Sizes[i] : throw call.Wrong($"size 0 (keep) at axis {i}", $"only {x.Rank} axes");
            if (size is < -1 or > int.MaxValue || (size == -1 && free >= 0)) throw call.Wrong($"size {size}", "sizes, and −1 at most once");
            if (size == -1) free = i;
            else known = checked(known * size);
            sizes[i] = (int)size;
        }

        if (free >= 0)
        {
            if (known == 0 || x.Count % known != 0) throw call.Wrong($"{x.Count} elements", $"a multiple of {known}");
            sizes[free] = (int)(x.Count / known);
        }
        else if (known != x.Count)
        {
            throw call.Wrong($"{x.Count} elements", $"{known} for the sizes {Value.Text(sizes)}");
        }

        call.Output.View(x, sizes);
    }
}
