using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Plans.Compiling;
using Takt.Graphs.Quantising;
using Takt.Graphs.Tests.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;
using Takt.Tests;

namespace Takt.Graphs.Tests.Quantising;

/// <summary>Smaller numbers: what a model answers stays near what it answered, here and in ONNX Runtime, and takes less room.</summary>
public class QuantisingTests
{
    /// <summary>A share of the answers' range. Eight bits in four layers cost about a hundredth.</summary>
    const float Near = 0.04f;

    static readonly int[] s_image = [1, 3, 12, 11];

    [Fact]
    public void Layers_compute_in_whole_numbers_and_answers_stay_near()
    {
        var model = Network();
        var quantised = StaticQuantiser.Quantise(model, Calibration.Observe(model, Samples(20)));
        Assert.Equal(4, quantised.Nodes);
        Assert.True(quantised.BytesAfter < quantised.BytesBefore * 0.6, $"{quantised.BytesBefore} to {quantised.BytesAfter} bytes");
        var plan = Plan.Compile(quantised.Model);
        Assert.Equal(["QuantizeLinear", "QLinearConv", "QLinearConv", "MaxPool", "Flatten", "com.microsoft::QGemm", "com.microsoft::QGemm"], plan.Operators);
        AssertNear(Answers(Plan.Compile(model)), Answers(plan), Near);
    }

    [OnnxRuntimeTheory, InlineData(RangeMethod.Percentile), InlineData(RangeMethod.MinMax)]
    public void Quantised_layers_answer_alike_in_ONNX_Runtime(RangeMethod method)
    {
        var model = Network();
        var quantised = StaticQuantiser.Quantise(model, Calibration.Observe(model, Samples(20), method)).Model;
        AssertNear(Peer(quantised), Answers(Plan.Compile(quantised)), 0.01f);   // a quantum here and there
    }

    [OnnxRuntimeTheory, InlineData(NumberForm.Int8, 2.3, 0.01f), InlineData(NumberForm.Float16, 1.7, 1e-6f)]
    public void Stored_weights_answer_alike_in_ONNX_Runtime(NumberForm form, double smaller, float near)   // ONNX Runtime rounds the activations of products by stored bytes, too
    {
        var shrunk = WeightStorage.Shrink(Network(), form);
        Assert.True(shrunk.BytesBefore > smaller * shrunk.BytesAfter, $"{shrunk.BytesBefore} to {shrunk.BytesAfter} bytes");
        float[] found = Answers(Plan.Compile(shrunk.Model));
        AssertNear(Answers(Plan.Compile(Network())), found, Near);
        AssertNear(Peer(shrunk.Model), found, near);
    }

    [SharedDataFact("conformance/onnx-models/mnist_cnn/model.onnx")]
    public void A_real_network_keeps_its_best_answers() => AssertKeepsBest("mnist_cnn");

    [SharedDataFact("conformance/onnx-models/mobilenet_digits/model.onnx")]
    public void A_real_network_with_depthwise_convolutions_keeps_its_best_answers() => AssertKeepsBest("mobilenet_digits");

    static void AssertKeepsBest(string name)
    {
        string folder = SharedData.PathOf($"conformance/onnx-models/{name}");
        var model = ModelFile.Read(Path.Combine(folder, "model.onnx"));
        var plan = Plan.Compile(model);
        var input = new NamedTensor(plan.Inputs[0].Name, ConstantReader.Read(TensorProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "test_data_set_0", "input_0.pb"))), name));
        var quantised = StaticQuantiser.Quantise(model, Calibration.Observe(model, [[input]]));
        Assert.True(quantised.BytesAfter < quantised.BytesBefore * 0.7, $"{quantised.BytesBefore} to {quantised.BytesAfter} bytes");
        NamedTensor expected = plan.Run(input)[0], found = Plan.Compile(quantised.Model).Run(input)[0];
        int classes = expected.Sizes[^1];
        var rows = expected.Elements<float>().ToArray().Chunk(classes).Zip(found.Elements<float>().ToArray().Chunk(classes)).ToList();
        Assert.All(rows, row => Assert.Equal(Array.IndexOf(row.First, row.First.Max()), Array.IndexOf(row.Second, row.Second.Max())));
    }

    [Fact]
    public void A_row_gets_the_same_bits_alone_and_in_a_batch()
    {
        var model = Network();
        var plan = Plan.Compile(StaticQuantiser.Quantise(model, Calibration.Observe(model, Samples(5))).Model);
        float[] x = Tensor.Normal([7, 3, 12, 11], 1, new Generator(3)).Values.ToArray(), together = plan.Run(x, 7, 3, 12, 11);
        for (int row = 0; row < 7; row++) Assert.Equal(together[(row * 5)..((row + 1) * 5)], plan.Run(x.AsSpan(row * 396, 396), s_image));
    }

    [Fact]
    public void Outliers_do_not_coarsen_the_steps()
    {
        var drawing = new Drawing();
        drawing.Graph.Input("x", null, 4);
        drawing.Graph.Output(drawing.Graph.Node("MatMul", ["x", drawing.Draw("w", 4, 3)]));
        var model = drawing.Graph.Build();
        float[] x = Tensor.Normal([5000, 4], 1, new Generator(9)).Values.ToArray();
        x[17] = 1000;   // one broken reading among 20,000
        NamedTensor[][] samples = [[NamedTensor.Of<float>("x", x, 5000, 4)]];
        float[] inputs = x[400..440], exact = Plan.Compile(model).Run(inputs, 10, 4);
        float Worst(RangeMethod method) => Plan.Compile(StaticQuantiser.Quantise(model, Calibration.Observe(model, samples, method)).Model).Run(inputs, 10, 4).Zip(exact, (a, b) => MathF.Abs(a - b)).Max();
        Assert.True(Worst(RangeMethod.Percentile) * 5 < Worst(RangeMethod.MinMax));
    }

    [Fact]
    public void What_cannot_be_quantised_is_told()
    {
        var drawing = new Drawing();
        drawing.Graph.Input("x", null, 4);
        drawing.Graph.Output(drawing.Graph.Node("Relu", ["x"]));
        var model = drawing.Graph.Build();
        Assert.Contains("no node that can be quantised", Assert.Throws<InputException>(() => Calibration.Observe(model, [[NamedTensor.Of<float>("x", new float[4], 1, 4)]])).Message, StringComparison.Ordinal);
        Assert.Contains("no rows", Assert.Throws<InputException>(() => Calibration.Observe(Network(), [])).Message, StringComparison.Ordinal);
        Assert.Contains("no weights", Assert.Throws<InputException>(() => WeightStorage.Shrink(model, NumberForm.Int8)).Message, StringComparison.Ordinal);

        var old = Network();
        old.OpsetImport[0].Version = 9;
        old.Graph.Node[0].OpType = "Upsample";
        Assert.Contains("operator Upsample of operator set 9", Assert.Throws<InputException>(() => WeightStorage.Shrink(old, NumberForm.Int8)).Message, StringComparison.Ordinal);

        var huge = new Drawing();
        huge.Graph.Input("x", null, 8);
        huge.Graph.Output(huge.Graph.Node("MatMul", ["x", huge.Graph.Weights("w", [.. Enumerable.Repeat(1e5f, 64)], 8, 8)]));
        Assert.Contains("bfloat16", Assert.Throws<InputException>(() => WeightStorage.Shrink(huge.Graph.Build(), NumberForm.Float16)).Message, StringComparison.Ordinal);
    }

    /// <summary>Two convolutions and two layers, one of them MatMul and Add.</summary>
    static ModelProto Network()
    {
        var drawing = new Drawing();
        var graph = drawing.Graph;
        graph.Input("x", null, 3, 12, 11);
        string a = graph.Node("Relu", [graph.Node("Conv", ["x", drawing.Draw("w1", 8, 3, 3, 3), drawing.Draw("b1", 8)], null, ("pads", (long[])[1, 1, 1, 1]), ("strides", (long[])[2, 2]))]);
        string b = graph.Node("Relu", [graph.Node("Conv", [a, drawing.Draw("w2", 8, 4, 3, 3), drawing.Draw("b2", 8)], null, ("group", 2L))]);
        string flat = graph.Node("Flatten", [graph.Node("MaxPool", [b], null, ("kernel_shape", (long[])[2, 1]))]);
        string c = graph.Node("Relu", [graph.Node("Gemm", [flat, drawing.Draw("w3", 20, 8 * 3 * 4), drawing.Draw("b3", 20)], null, ("transB", 1L))]);
        graph.Output(graph.Node("Add", [graph.Node("MatMul", [c, drawing.Draw("w4", 20, 5)]), drawing.Draw("b4", 5)]));
        return graph.Build();
    }

    static float[] Images(ulong seed, int count) => Tensor.Normal([count, 3, 12, 11], 1, new Generator(seed)).Values.ToArray();

    static NamedTensor[][] Samples(int count) => [.. Enumerable.Range(0, count).Select(i => (NamedTensor[])[NamedTensor.Of<float>("x", Images((ulong)i, 4), 4, 3, 12, 11)])];

    static float[] Answers(Plan plan) => plan.Run(Images(99, 16), 16, 3, 12, 11);

    static float[] Peer(ModelProto model) => OnnxRuntime.Run(model, Images(99, 16), [16, 3, 12, 11]).Values;

    /// <summary>No answer is off by more than a share of the range that answers have.</summary>
    static void AssertNear(float[] expected, float[] found, float share)
    {
        float range = expected.Max() - expected.Min();
        Assert.Equal(expected, found, (a, b) => MathF.Abs(a - b) <= share * range);
    }
}
