using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Every rewrite leaves results as they were: the same graph is run once as it stands, every value an output so that nothing can be fused, and once with the last value only.</summary>
public class RewriteTests
{
    [Theory]
    [InlineData("Conv", 1)]
    [InlineData("Conv", 2)]
    [InlineData("ConvTranspose", 1)]
    [InlineData("ConvTranspose", 2)]
    public void A_batch_normalisation_goes_into_the_convolution_before_it(string convolution, int groups) =>
        AssertSame([2, 4, 7, 6], [convolution], g =>
        {
            int outputs = 6, perGroup = convolution == "Conv" ? outputs : 4, across = convolution == "Conv" ? 4 / groups : outputs / groups;
            string y = g.Node(convolution, ["x", g.Draw("w", perGroup, across, 3, 3), g.Draw("b", outputs)], null, ("group", (long)groups), ("pads", (long[])[1, 0, 1, 2]));
            string z = g.Node("BatchNormalization", [y, g.Draw("scale", outputs), g.Draw("shift", outputs), g.Draw("mean", outputs), g.Positive("variance", outputs)]);
            return [y, z, g.Node("Relu", [z])];
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]   // the sum stretches the convolution's result
    public void A_residual_block_is_one_convolution_at_its_end(bool stretches) =>
        AssertSame([2, 3, 5, 7], ["Conv", stretches ? "GlobalAveragePool" : "Conv", "Conv"], g =>
        {
            string skip = g.Node("Conv", ["x", g.Draw("w", 4, 3, 1, 1)]), main = g.Node("Relu", [g.Node("Conv", ["x", g.Draw("u", 4, 3, 3, 3), g.Draw("b", 4)], null, ("pads", (long[])[1, 1, 1, 1]))]);
            if (stretches) main = g.Node("GlobalAveragePool", ["x"]);
            string end = g.Node("Conv", [main, g.Draw("v", 4, stretches ? 3 : 4, 1, 1)]), sum = g.Node("Add", [end, skip]);
            return [skip, end, sum, g.Node("Relu", [sum])];
        });

    /// <summary>Runs a graph fused and not, and looks at what runs.</summary>
    internal static void AssertSame(int[] sizes, string[]? operators, Func<Drawing, string[]> add, float tolerance = 1e-5f)
    {
        Plan fused = Compile(sizes.Length, add, all: false), plain = Compile(sizes.Length, add, all: true);
        if (operators is not null) Assert.Equal(operators, fused.Operators);
        float[] x = Tensor.Normal(sizes, 1, new Generator(5)).Values.ToArray();
        NamedTensor found = fused.Run(NamedTensor.Of<float>("x", x, sizes))[0], expected = plain.Run(NamedTensor.Of<float>("x", x, sizes))[^1];
        Assert.Equal(expected.Sizes, found.Sizes);
        for (int i = 0; i < found.Elements<float>().Length; i++) Assert.Equal(expected.Elements<float>()[i], found.Elements<float>()[i], tolerance);
    }

    static Plan Compile(int rank, Func<Drawing, string[]> add, bool all)
    {
        var drawing = new Drawing();
        drawing.Graph.Input("x", [.. Enumerable.Repeat<int?>(null, rank)]);
        string[] values = add(drawing);
        foreach (string value in all ? values : [values[^1]]) drawing.Graph.Output(value);
        return Plan.Compile(drawing.Graph.Build());
    }
}

/// <summary>A graph under construction, with weights drawn from a generator.</summary>
sealed class Drawing
{
    readonly Generator _random = new(11);

    public GraphBuilder Graph { get; } = new("g");

    public string Node(string operation, IReadOnlyList<string> inputs, string? output = null, params ReadOnlySpan<(string Name, object Value)> attributes) => Graph.Node(operation, inputs, output, attributes);

    public string Draw(string name, params int[] sizes) => Graph.Weights(name, Tensor.Normal(sizes, 0.5f, _random).Values, sizes);

    public string Positive(string name, params int[] sizes) => Graph.Weights(name, [.. Tensor.Normal(sizes, 1, _random).Values.ToArray().Select(v => (v * v) + 0.1f)], sizes);

    public string Scalar(float value) => Graph.Weights("scalar", [value]);

    public string Integers(params long[] values) => Graph.Integers("integers", values);
}
