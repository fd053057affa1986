using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>One window that is the whole image: GlobalAveragePool, GlobalMaxPool and GlobalLpPool.</summary>
sealed class GlobalPool : Kernel
{
    readonly string _operator;
    readonly int _p;

    public GlobalPool(Node node) => (_operator, _p) = (node.Operator, (int)Math.Clamp(node.Int("p", 2), 1, int.MaxValue));

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Rank < 2) throw call.Wrong($"X of sizes {Value.Text(x.Sizes)}", "[batch, channels, image…]");
        Span<int> sizes = stackalloc int[x.Rank];
        sizes.Fill(1);
        x.Sizes[..2].CopyTo(sizes);
        int planes = x.Sizes[0] * x.Sizes[1], pixels = planes == 0 ? 0 : x.Count / planes;
        if (pixels == 0 && planes > 0) throw call.Wrong($"X of sizes {Value.Text(x.Sizes)}", "images of at least one pixel: nothing has no mean and no largest");
        switch (x.Type)
        {
            case ElementType.Float32 when _operator == "GlobalAveragePool":
                var means = call.Output.Write<float>(sizes);
                means.Clear();
                ChannelSums.Add(x.Read<float>(), pixels, means);
                foreach (ref float mean in means) mean /= pixels;
                break;
            case ElementType.Float32: Run(x.Read<float>(), pixels, call.Output.Write<float>(sizes)); break;
            case ElementType.Float64: Run(x.Read<double>(), pixels, call.Output.Write<double>(sizes)); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void Run<T>(ReadOnlySpan<T> x, int pixels, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int plane = 0; plane < y.Length; plane++)
        {
            var image = x.Slice(plane * pixels, pixels);
            y[plane] = _operator switch
            {
                "GlobalMaxPool" => Largest(image),
                "GlobalLpPool" => Gather(new Norm<T>(_p), image),
                _ => Gather(default(Mean<T>), image),
            };
        }
    }

    static T Largest<T>(ReadOnlySpan<T> image) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var largest = T.NegativeInfinity;
        foreach (var pixel in image) largest = T.Max(largest, pixel);
        return largest;
    }

    static T Gather<T, TGathering>(TGathering gathering, ReadOnlySpan<T> image) where T : unmanaged where TGathering : struct, IGathering<T>
    {
        var gathered = gathering.Start;
        foreach (var pixel in image) gathered = gathering.Add(gathered, pixel);
        return gathering.Finish(gathered, image.Length);
    }
}
