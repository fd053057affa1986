using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Local response normalisation (Krizhevsky et al. 2012): y = x / (bias + α/size · Σ x²)^β, the sum over the channels c − ⌊(size − 1)/2⌋ … c + ⌈(size − 1)/2⌉.</summary>
sealed class Lrn : Kernel
{
    readonly int _size;
    readonly float _alpha, _beta, _bias;

    public Lrn(Node node)
    {
        long size = node.Int("size", 0);
        if (size is < 1 or > int.MaxValue) throw node.Wrong($"size {size}", "1 or more");
        (_size, _alpha, _beta, _bias) = ((int)size, node.Float("alpha", 1e-4f), node.Float("beta", 0.75f), node.Float("bias", 1));
    }

    public override void Run(Call call)
    {
        switch (call.Input().Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case var type: throw call.Wrong($"an input of {type}", "Float32, Float64 or Float16");
        }
    }

    void Run<T>(Call call) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var input = call.Input();
        if (input.Rank < 2) throw call.Wrong($"X of sizes {Value.Text(input.Sizes)}", "[batch, channels, …]");
        var x = input.Read<T>();
        var y = call.Output.Write<T>(input.Sizes);
        if (x.IsEmpty) return;
        int channels = input.Sizes[1], pixels = x.Length / input.Sizes[0] / channels, before = (_size - 1) / 2, behind = _size - 1 - before;
        T share = T.CreateTruncating(_alpha) / T.CreateTruncating(_size), beta = T.CreateTruncating(_beta), bias = T.CreateTruncating(_bias);
        for (int plane = 0; plane < input.Sizes[0] * channels; plane++)
        {
            int channel = plane % channels, first = plane - Math.Min(channel, before), last = plane + (int)Math.Min(channels - 1L - channel, behind);
            var sums = y.Slice(plane * pixels, pixels);
            sums.Clear();
            for (int other = first; other <= last; other++)
                for (int i = 0; i < pixels; i++) sums[i] += x[(other * pixels) + i] * x[(other * pixels) + i];
            for (int i = 0; i < pixels; i++) sums[i] = x[(plane * pixels) + i] / T.Pow(bias + (share * sums[i]), beta);
        }
    }
}
