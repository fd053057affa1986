using Takt.Graphs.Plans;
using Takt.Graphs.Tracing;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Tracing;

public class TracerTests
{
    public static TheoryData<string> Networks => Network.Names;

    [Theory, MemberData(nameof(Networks))]
    public void A_traced_network_answers_as_the_trained_one_does(string name)
    {
        var network = Network.Of(name);
        var x = network.Draw(11);
        float[] expected = network.Answer(x), found = Plan.Compile(network.Trace()).Run(x.Values, x.Shape.ToArray());
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], tolerance: 1e-6f);
    }

    [Theory, MemberData(nameof(Networks))]
    public void The_batch_stays_open(string name)
    {
        var model = Network.Of(name).Trace();
        Assert.Equal("batch", model.Graph.Input.Single().Type.TensorType.Shape.Dim[0].DimParam);
        Assert.Equal("batch", model.Graph.Output.Single().Type.TensorType.Shape.Dim[0].DimParam);
    }

    [Theory, MemberData(nameof(Networks))]
    public void Parameters_keep_their_names(string name)
    {
        var network = Network.Of(name);
        Assert.Subset(network.Trace().Graph.Initializer.Select(t => t.Name).ToHashSet(), network.Parameters.Select(p => p.Name).ToHashSet());
    }

    /// <summary>Spelled out in a graph it rounds elsewhere than the one kernel does, so it agrees closely instead of to the bit.</summary>
    [Fact]
    public void The_tanh_form_of_gelu_is_traced_as_such()
    {
        var x = Tensor.Normal([5, 6], 2, new Generator(3));
        float[] expected = [.. x.GeluTanh().Values], found = Plan.Compile(Tracer.Trace(t => t.GeluTanh(), x, new TraceNames())).Run(x.Values, 5, 6);
        for (int i = 0; i < found.Length; i++) Assert.Equal(expected[i], found[i], tolerance: 1e-6f);
    }

    [Fact]
    public void A_network_that_multiplies_the_batch_into_a_shape_keeps_it_open()
    {
        var model = Tracer.Trace(x => x.Reshape(x.Shape[0] * 2, 3).Relu().Reshape(x.Shape[0], 6), Tensor.Ones(4, 6), new TraceNames());
        Assert.Equal(30, Plan.Compile(model).Run(new float[30], 5, 6).Length);
    }

    [Fact]
    public void What_has_no_form_in_a_graph_is_refused_by_name()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Tracer.Trace(x => x.CrossEntropy(new int[x.Shape[0]]), Tensor.Ones(2, 3), new TraceNames()));
        Assert.Contains("CrossEntropy", refused.Message);
    }

    [Fact]
    public void A_constant_that_grows_with_the_batch_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Tracer.Trace(x => x + Tensor.Ones(x.Shape), Tensor.Ones(2, 3), new TraceNames()));
        Assert.Contains("grows with the batch", refused.Message);
    }

    [Fact]
    public void A_constant_computed_from_the_batch_beside_the_tape_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Tracer.Trace(x => x * (1f / x.Shape[0]), Tensor.Ones(2, 3), new TraceNames()));
        Assert.Contains("change with the batch", refused.Message);
    }

    [Fact]
    public void A_number_that_mixes_open_sizes_is_refused()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Tracer.Trace(x => x.Mean([1], keep: true).Expand(x.Shape[0], 2 * x.Shape[0]), Tensor.Ones(2, 3), new TraceNames()));
        Assert.Contains("none of them", refused.Message);
    }

    [Fact]
    public void An_output_without_the_input_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => Tracer.Trace(_ => Tensor.Ones(2, 3), Tensor.Ones(2, 3), new TraceNames()));
}
