using Takt.Graphs.Onnx;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Zeros put around an image right before a convolution are the convolution's own padding.</summary>
static class PadRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        foreach (var convolution in graph.Nodes)
        {
            if (convolution.Operator != "Conv" || convolution.Text("auto_pad", "NOTSET") != "NOTSET" || links.MakerOf(convolution.Inputs[0]) is not { Operator: "Pad" } pad) continue;
            if (!graph.Constants.TryGetValue(convolution.Inputs[1], out var weight) || weight.Type is not (ElementType.Float32 or ElementType.Float16) || ZerosOf(graph, pad) is not { } zeros || zeros.Length != 2 * weight.Rank) continue;
            long[] own = convolution.Ints("pads") ?? new long[2 * (weight.Rank - 2)];
            if (own.Length != 2 * (weight.Rank - 2) || zeros.Any(z => z < 0) || zeros[0] + zeros[1] + zeros[weight.Rank] + zeros[weight.Rank + 1] != 0) continue;
            var pads = new AttributeProto { Name = "pads" };
            for (int i = 0; i < own.Length; i++) pads.Ints.Add(own[i] + zeros[i < own.Length / 2 ? i + 2 : i + 4]);
            convolution.Set(pads);
            convolution.Inputs = [pad.Inputs[0], .. convolution.Inputs[1..]];
        }
    }

    /// <summary>How many zeros go where, or null if it is not known or they are no zeros.</summary>
    static long[]? ZerosOf(Graph graph, Node pad)
    {
        if (pad.Text("mode", "constant") != "constant" || pad.Has(3)) return null;
        if (pad.Ints("pads") is { } attribute) return pad.Float("value", 0) == 0 ? attribute : null;
        bool isZero = !pad.Has(2) || graph.ScalarOf(pad.Inputs[2]) == 0;
        return isZero && pad.Has(1) && graph.Constants.TryGetValue(pad.Inputs[1], out var pads) && pads.Type == ElementType.Int64 ? pads.Read<long>().ToArray() : null;
    }
}
