using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

public class PlanTests
{
    public static TheoryData<string> Networks => Network.Names;

    [OnnxRuntimeTheory, MemberData(nameof(Networks))]
    public void ONNX_Runtime_gives_the_same_answers(string name)
    {
        var network = Network.Of(name);
        var x = network.Draw(9);
        var model = network.Trace();
        float[] trained = network.Answer(x), plan = Plan.Compile(model).Run(x.Values, x.Shape.ToArray());
        var (peer, _) = OnnxRuntime.Run(model, x.Values, x.Shape.ToArray());
        Assert.Equal(trained.Length, peer.Length);
        for (int i = 0; i < peer.Length; i++)
        {
            Assert.Equal(peer[i], plan[i], tolerance: 2e-6f);
            Assert.Equal(peer[i], trained[i], tolerance: 2e-6f);
        }
    }

    [Theory, MemberData(nameof(Networks))]
    public void A_plan_gives_the_bits_of_the_trained_network(string name)
    {
        var network = Network.Of(name);
        var x = network.Draw(21);
        Assert.Equal(network.Answer(x), Plan.Compile(network.Trace()).Run(x.Values, x.Shape.ToArray()));
    }

    [Theory, MemberData(nameof(Networks))]
    public void A_row_gets_the_same_bits_in_any_batch(string name)
    {
        var network = Network.Of(name);
        var plan = Plan.Compile(network.Trace());
        var x = network.Draw(150);
        int row = x.Length / 150;
        float[] together = plan.Run(x.Values, x.Shape.ToArray());
        int width = together.Length / 150;
        foreach (int size in (int[])[1, 2, 3, 13, 64, 75])
            for (int first = 0; first + size <= 150; first += size)
                Assert.Equal(together[(first * width)..((first + size) * width)], plan.Run(x.Values.Slice(first * row, size * row), [size, .. network.RowSizes]));
    }

    [Theory, MemberData(nameof(Networks))]
    public void Many_threads_may_run_one_plan_with_different_batches(string name)
    {
        var network = Network.Of(name);
        var plan = Plan.Compile(network.Trace());
        float[][] inputs = [.. Enumerable.Range(1, 16).Select(n => network.Draw(n, (ulong)n).Values.ToArray())];
        float[][] expected = [.. inputs.Select((x, i) => plan.Run(x, [i + 1, .. network.RowSizes]))];
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(expected[i % 16], plan.Run(inputs[i % 16], [(i % 16) + 1, .. network.RowSizes])));
    }

    [Theory, MemberData(nameof(Networks))]
    public void A_warm_plan_allocates_nothing(string name)
    {
        var network = Network.Of(name);
        var plan = Plan.Compile(network.Trace());
        var x = network.Draw(8);
        int[] sizes = x.Shape.ToArray();
        float[] y = plan.Run(x.Values, sizes);
        for (int i = 0; i < 200; i++) plan.Run(x.Values, sizes, y);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) plan.Run(x.Values, sizes, y);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }

    [Fact]
    public void Activations_biases_and_layouts_are_fused()
    {
        Assert.Equal(["Gemm", "Gemm"], Plan.Compile(Network.Of("dense").Trace()).Operators);
        Assert.Equal(["Gemm", "Gemm", "Softmax"], Plan.Compile(Network.Of("dense with three classes").Trace()).Operators);
        Assert.Equal(["LSTM", "LSTM", "Gather", "Gemm"], Plan.Compile(Network.Of("two lstm layers").Trace()).Operators);
    }

    [Fact]
    public void Every_unsupported_operator_is_named_with_its_node()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output(builder.Node("Bessel", [builder.Node("Fourier", [builder.Node("Fourier", ["x"])])], "y"), null, 3);
        var wrong = Assert.Throws<UnsupportedException>(() => Plan.Compile(builder.Build()));
        Assert.Equal(2, wrong.Problems.Count);
        Assert.Contains("operator Fourier (operator set 17)", wrong.Message);
        Assert.Contains("2 nodes 'Fourier:", wrong.Message);
        Assert.Contains("node 'Bessel:y'", wrong.Message);
    }

    [Fact]
    public void Nodes_may_stand_in_any_order()
    {
        var model = Network.Of("dense").Trace();
        var nodes = model.Graph.Node.Reverse().ToList();
        model.Graph.Node.Clear();
        model.Graph.Node.AddRange(nodes);
        Assert.Single(Plan.Compile(model).Run(new float[7], 1, 7));
    }

    [Fact]
    public void A_cycle_is_refused()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Node("Add", ["x", "b"], "a");
        builder.Output(builder.Node("Relu", ["a"], "b"), null, 3);
        Assert.Contains("cycle", Assert.Throws<InputException>(() => Plan.Compile(builder.Build())).Message);
    }

    [Fact]
    public void Inputs_are_checked_by_name_type_and_size()
    {
        var plan = Plan.Compile(Network.Of("dense").Trace());
        Assert.Contains("expected Float32 x [?, 7]", Assert.Throws<InputException>(() => plan.Run(new float[6], 1, 6)).Message);
        Assert.Equal(2, Assert.Throws<InputException>(() => plan.Run(NamedTensor.Of<float>("z", [1], 1))).Problems.Count);
        Assert.Throws<InputException>(() => plan.Run(NamedTensor.Of<long>("x", [1, 2, 3, 4, 5, 6, 7], 1, 7)));
        Assert.Equal([2, 1], plan.Run(NamedTensor.Of<float>("x", new float[14], 2, 7))[0].Sizes);
    }

    [Fact]
    public void A_batch_of_none_gives_none() => Assert.Empty(Plan.Compile(Network.Of("lstm").Trace()).Run([], 0, 12, 5));

    /// <summary>An initialiser that is listed as an input, too, could never be replaced before IR version 4, and always can be since.</summary>
    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(8, true)]
    public void A_default_may_be_replaced_since_file_version_4(int version, bool replaceable)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 2);
        builder.Input("w", 2);
        builder.Output(builder.Node("Mul", ["x", "w"], "y"), null, 2);
        var model = builder.Build();
        model.IrVersion = version;
        model.Graph.Initializer.Add(new TensorProto { Name = "w", DataType = 1, Dims = { 2 }, FloatData = { 10, 100 } });
        var plan = Plan.Compile(model);
        var x = NamedTensor.Of<float>("x", [1, 2], 1, 2);
        Assert.Equal(["x"], plan.Inputs.Select(i => i.Name));
        Assert.Equal([10, 200], plan.Run(x)[0].Elements<float>().ToArray());
        var other = NamedTensor.Of<float>("w", [3, 4], 2);
        if (replaceable) Assert.Equal([3, 8], plan.Run(x, other)[0].Elements<float>().ToArray());
        else Assert.Throws<InputException>(() => plan.Run(x, other));
    }

    [Fact]
    public void An_attribute_of_the_wrong_type_is_told()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output(builder.Node("Softmax", ["x"], "y", ("axis", 1f)), null, 3);
        Assert.Contains("attribute 'axis' of type Float; expected Int", Assert.Throws<InputException>(() => Plan.Compile(builder.Build())).Message);
    }

    [Fact]
    public void Constants_and_runs_keep_to_their_limits()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        string grown = builder.Node("Expand", ["x", builder.Integers("sizes", [1 << 20, 1, 3])]);
        builder.Output(builder.Node("ReduceMax", [grown], "y"), 1, 1, 1);
        var model = builder.Build();
        var plan = Plan.Compile(model, new ModelLimits { RunBytes = 1 << 20 });
        Assert.Contains("at most 1,048,576", Assert.ThrowsAny<InputException>(() => plan.Run(new float[3], 1, 3)).Message);
        Assert.Equal([0], Plan.Compile(model, new ModelLimits { RunBytes = 1 << 26 }).Run(new float[3], 1, 3));
        Assert.Contains("at most 1,000", Assert.ThrowsAny<InputException>(() => Plan.Compile(Network.Of("lstm").Trace(), new ModelLimits { ConstantBytes = 1000 })).Message);
    }
}
