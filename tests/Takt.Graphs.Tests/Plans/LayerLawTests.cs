using Takt.Graphs.Checking.Rows;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Tensors;
using Takt.Tensors.Threading;

namespace Takt.Graphs.Tests.Plans;

/// <summary>What every layer of a network promises, whatever it computes: a row has the same bits alone and in any company, on one thread and on several, and nothing is allocated once warm.</summary>
[CollectionDefinition(nameof(LayerLawTests), DisableParallelization = true), Collection(nameof(LayerLawTests))]   // others would draw from the same pool of memory, and set the number of threads
public class LayerLawTests
{
    /// <summary>Layers by name: the sizes of a row, and how the layer is made from x.</summary>
    static readonly Dictionary<string, (int[] Row, Func<Drawing, string> Make)> s_layers = new()
    {
        ["convolution of a sequence"] = ([4, 33], g => Relu(g, "Conv", 8, 4, 5)),
        ["convolution of an image"] = ([6, 17, 19], g => Relu(g, "Conv", 16, 6, 3, 3)),
        ["convolution with many channels"] = ([32, 14, 14], g => Relu(g, "Conv", 48, 32, 3, 3)),
        ["convolution of a volume"] = ([2, 5, 6, 7], g => Relu(g, "Conv", 3, 2, 3, 3, 3)),
        ["depthwise convolution"] = ([8, 12, 13], g => g.Node("Conv", ["x", g.Draw("w", 8, 1, 3, 3)], null, ("group", 8L), ("strides", (long[])[2, 2]))),
        ["transposed convolution"] = ([4, 7, 6], g => g.Node("ConvTranspose", ["x", g.Draw("w", 4, 5, 3, 3)], null, ("strides", (long[])[2, 2]))),
        ["residual block"] = ([4, 9, 9], g => g.Node("Relu", [g.Node("Add", [g.Node("Conv", ["x", g.Draw("w", 4, 4, 3, 3)], null, ("pads", (long[])[1, 1, 1, 1])), "x"])])),
        ["convolution halved"] = ([3, 15, 22], g => g.Node("MaxPool", [g.Node("Relu", [g.Node("Conv", ["x", g.Draw("w", 9, 3, 3, 3)])])], null, ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]))),
        ["largest of windows"] = ([3, 15, 15], g => g.Node("MaxPool", ["x"], null, ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]), ("pads", (long[])[1, 1, 1, 1]))),
        ["mean of windows"] = ([3, 14, 15], g => g.Node("AveragePool", ["x"], null, ("kernel_shape", (long[])[3, 2]))),
        ["mean of an image"] = ([5, 11, 13], g => g.Node("GlobalAveragePool", ["x"])),
        ["batch norm"] = ([4, 5, 5], g => g.Node("BatchNormalization", ["x", g.Draw("s", 4), g.Draw("b", 4), g.Draw("m", 4), g.Positive("v", 4)])),
        ["instance norm"] = ([4, 5, 7], g => g.Node("InstanceNormalization", ["x", g.Draw("s", 4), g.Draw("b", 4)])),
        ["group norm"] = ([6, 5, 7], g => g.Node("GroupNormalization", ["x", g.Draw("s", 6), g.Draw("b", 6)], null, ("num_groups", 3L))),
        ["layer norm"] = ([5, 37], g => g.Node("LayerNormalization", ["x", g.Draw("s", 37), g.Draw("b", 37)])),
        ["root mean square norm"] = ([5, 37], g => g.Node("RMSNormalization", ["x", g.Draw("s", 37)])),
        ["dense"] = ([70], g => g.Node("Gelu", [g.Node("Gemm", ["x", g.Draw("w", 40, 70), g.Draw("b", 40)], null, ("transB", 1L))])),
        ["products of rows by themselves"] = ([4, 9, 9], g => g.Node("MatMul", ["x", "x"])),
        ["softmax"] = ([7, 21], g => g.Node("Softmax", ["x"], null, ("axis", -1L))),
        ["LSTM"] = ([9, 5], g => Recurrent(g, "LSTM", 4, "forward")),
        ["LSTM both ways"] = ([9, 5], g => Recurrent(g, "LSTM", 4, "bidirectional")),
        ["LSTM with peepholes"] = ([9, 5], g => g.Node("LSTM", ["x", g.Draw("w", 1, 24, 5), g.Draw("r", 1, 24, 6), "", "", "", "", g.Draw("p", 1, 18)], null, ("hidden_size", 6L), ("layout", 1L))),
        ["GRU"] = ([9, 5], g => Recurrent(g, "GRU", 3, "reverse")),
        ["RNN"] = ([9, 5], g => Recurrent(g, "RNN", 1, "forward")),
        ["attention"] = ([11, 24], g => g.Node("Attention", ["x", "x", "x"], null, ("q_num_heads", 4L), ("kv_num_heads", 4L))),
        ["attention with shared keys"] = ([6, 8, 5], g => g.Node("Attention", ["x", g.Node("Slice", ["x", g.Integers(0), g.Integers(2), g.Integers(1)]), g.Node("Slice", ["x", g.Integers(1), g.Integers(3), g.Integers(1)])], null, ("is_causal", 1L))),
    };

    public static TheoryData<string> Layers => [.. s_layers.Keys];

    [Theory, MemberData(nameof(Layers))]
    public void A_row_has_the_same_bits_in_any_company_and_on_any_number_of_threads(string layer)
    {
        var (row, plan) = Compile(layer);
        const int Rows = 37;
        float[] x = Tensor.Normal([Rows, .. row], 1, new Generator(3)).Values.ToArray();
        int length = x.Length / Rows, threads = Workers.Count;
        float[] together = plan.Run(x, [Rows, .. row]);
        int width = together.Length / Rows;
        try
        {
            foreach (int count in (int[])[1, 2])
            {
                Workers.Count = count;
                foreach (int size in (int[])[1, 2, 5, Rows])
                    for (int first = 0; first + size <= Rows; first += size)
                        Assert.Equal(together[(first * width)..((first + size) * width)], plan.Run(x.AsSpan(first * length, size * length), [size, .. row]));
            }
        }
        finally
        {
            Workers.Count = threads;
        }
    }

    [Theory, MemberData(nameof(Layers))]
    public void Nothing_is_allocated_once_warm(string layer)
    {
        var (row, plan) = Compile(layer);
        var x = Tensor.Normal([3, .. row], 1, new Generator(3));
        int[] sizes = x.Shape.ToArray();
        float[] y = plan.Run(x.Values, sizes);
        for (int i = 0; i < 100; i++) plan.Run(x.Values, sizes, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++) plan.Run(x.Values, sizes, y);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }

    [Fact]
    public void A_plan_of_one_thread_asks_no_other_and_gives_the_same_bits()
    {
        var (row, plan) = Compile("convolution with many channels");
        float[] x = Tensor.Normal([16, .. row], 1, new Generator(3)).Values.ToArray();
        float[] shared = plan.Run(x, [16, .. row]);
        plan.Threads = 1;
        var help = Workers.Help;
        for (int i = 0; i < 20; i++) Assert.Equal(shared, plan.Run(x, [16, .. row]));
        Assert.Equal(help, Workers.Help);
        using (Workers.AtMost(3))
        using (Workers.AtMost(5)) Assert.Equal(Math.Min(3, Environment.ProcessorCount), Math.Min(Workers.Count, Environment.ProcessorCount));
    }

    [Theory, MemberData(nameof(Layers))]
    public void That_rows_stand_alone_is_seen_without_a_run(string layer) => Assert.Null(RowIndependence.Obstacle(Build(layer, [null, .. s_layers[layer].Row])));

    static (int[] Row, Plan Plan) Compile(string layer)
    {
        int[] row = s_layers[layer].Row;
        return (row, Plan.Compile(Build(layer, [.. Enumerable.Repeat<int?>(null, row.Length + 1)])));
    }

    static ModelProto Build(string layer, int?[] sizes)
    {
        var drawing = new Drawing();
        drawing.Graph.Input("x", sizes);
        drawing.Graph.Output(s_layers[layer].Make(drawing));
        return drawing.Graph.Build();
    }

    static string Relu(Drawing g, string operation, params int[] weight) => g.Node("Relu", [g.Node(operation, ["x", g.Draw("w", weight), g.Draw("b", weight[0])])]);

    static string Recurrent(Drawing g, string operation, int gates, string direction)
    {
        int directions = direction == "bidirectional" ? 2 : 1;
        var attributes = new List<(string, object)> { ("hidden_size", 6L), ("layout", 1L), ("direction", direction) };
        if (operation == "GRU") attributes.Add(("linear_before_reset", 1L));
        return g.Node(operation, ["x", g.Draw("w", directions, gates * 6, 5), g.Draw("r", directions, gates * 6, 6), g.Draw("b", directions, gates * 12)], null, [.. attributes]);
    }
}
