using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Tests;
using Xunit.Abstractions;

namespace Takt.Graphs.Tests.Checking;

public class ShapeInferenceTests(ITestOutputHelper output)
{
    [Fact]
    public void Symbols_are_kept_summed_and_multiplied()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        string twice = builder.Node("Concat", ["x", "x"], "twice", ("axis", 0L));
        string flat = builder.Node("Reshape", [twice, builder.Integers("all", [-1])], "flat");
        builder.Output(flat, null);
        var types = ShapeInference.Run(builder.Build()).Types;
        Assert.Equal("float [2·batch, 3]", types["twice"].ToString());
        Assert.Equal("float [6·batch]", types["flat"].ToString());
    }

    [Fact]
    public void Sizes_computed_by_the_graph_itself_are_followed()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 4, 5);
        string batch = builder.Node("Gather", [builder.Node("Shape", ["x"]), builder.Integers("first", [0])]);
        string sizes = builder.Node("Concat", [batch, builder.Integers("rest", [-1])], null, ("axis", 0L));
        builder.Output(builder.Node("Reshape", ["x", sizes], "y"), null, null);
        Assert.Equal("float [batch, 20]", ShapeInference.Run(builder.Build()).Types["y"].ToString());
    }

    [Fact]
    public void What_can_never_fit_is_told_with_the_node()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output(builder.Node("MatMul", ["x", builder.Weights("w", new float[8], 4, 2)], "y"), null, 2);
        string problem = Assert.Single(ShapeInference.Run(builder.Build()).Problems).ToString();
        Assert.Contains("inner sizes 3 and 4", problem);
        Assert.Contains("node 'MatMul:y'", problem);
    }

    [Theory]
    [InlineData(7, 2, false, 3)]
    [InlineData(7, 2, true, 4)]
    [InlineData(-7, 2, false, -4)]
    [InlineData(-7, 2, true, -3)]
    public void Quotients_round_as_they_say(long a, long b, bool up, long expected) => Assert.Equal(expected, SymbolicSize.Quotient(a, b, up)!.Value);

    [Fact]
    public void Sums_of_symbols_have_one_form()
    {
        SymbolicSize n = SymbolicSize.Symbol("n"), m = SymbolicSize.Symbol("m");
        Assert.Equal(SymbolicSize.Product(SymbolicSize.Sum(n, m), SymbolicSize.Sum(n, m)), SymbolicSize.Sum(SymbolicSize.Product(n, n), SymbolicSize.Sum(SymbolicSize.Product(SymbolicSize.Product(2, m), n), SymbolicSize.Product(m, m))));
        Assert.Equal("m·n + n - 3", SymbolicSize.Difference(SymbolicSize.Sum(n, SymbolicSize.Product(n, m)), 3)!.ToString());
        Assert.Equal(m, SymbolicSize.Exactly(SymbolicSize.Product(n, m), n));
        Assert.Null(SymbolicSize.Exactly(SymbolicSize.Sum(n, m), n));
        Assert.Null(SymbolicSize.Product(SymbolicSize.Symbol("a"), null));
        Assert.Null(SymbolicSize.Product(long.MaxValue, 2));
    }

    /// <summary>What is inferred before the run must hold for every case that has an answer, and most of it must be known.</summary>
    [SharedDataFact("conformance/onnx-node/manifest.csv")]
    public void Inferred_types_and_sizes_are_those_of_the_conformance_answers()
    {
        int known = 0, outputs = 0;
        var wrong = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories(SharedData.PathOf("conformance/onnx-node")).Order(StringComparer.Ordinal))
        {
            var model = ModelFile.Read(Path.Combine(folder, "model.onnx"));
            string name = Path.GetFileName(folder);
            foreach (var info in model.Graph.Output) info.Type = null;   // what the file says of its outputs must not help
            var inference = ShapeInference.Run(model);
            wrong.AddRange(inference.Problems.Select(p => $"{name}: {p}"));
            for (int i = 0; i < model.Graph.Output.Count; i++)
            {
                if (TensorOf(Path.Combine(folder, "test_data_set_0", $"output_{i}.pb")) is not { } expected) continue;
                var found = inference.Types[model.Graph.Output[i].Name];
                outputs++;
                if (found.Element != 0 && found.Element != expected.DataType) wrong.Add($"{name}: {found} for element type {expected.DataType}");
                if (found.Shape is not { } shape) continue;
                if (shape.Count != expected.Dims.Count || shape.Zip(expected.Dims).Any(d => d.First?.Value is { } size && size != d.Second)) wrong.Add($"{name}: {found} for [{string.Join(", ", expected.Dims)}]");
                if (shape.All(d => d is not null)) known++;
            }
        }

        output.WriteLine($"{known} of {outputs} shapes fully known");
        foreach (string line in wrong) output.WriteLine(line);
        Assert.Empty(wrong);
        Assert.True(known > 0.7 * outputs, $"{known} of {outputs}");
    }

    static TensorProto? TensorOf(string path)
    {
        try
        {
            return File.Exists(path) && TensorProto.Parser.ParseFrom(File.ReadAllBytes(path)) is { DataType: > 0 } tensor ? tensor : null;
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)   // a sequence
        {
            return null;
        }
    }
}
