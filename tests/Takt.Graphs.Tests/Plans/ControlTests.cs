using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using static Takt.Graphs.Onnx.AttributeProto.Types;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Graphs inside nodes: what they carry, see and give back.</summary>
public class ControlTests
{
    [Fact]
    public void Carried_values_may_change_places()   // Fibonacci: (a, b) becomes (b, a + b)
    {
        var body = Graph(["i", "go", "a", "b"], ["go", "b", "sum", "a"], Node("Add", ["a", "b"], "sum"));
        var plan = Plan.Compile(Model(Loop(body, ["", "", "x", "y"], ["last", "next", "all"], trips: 10), ["x", "y"], ["last", "next", "all"]));
        var found = plan.Run(NamedTensor.Of<float>("x", [0]), NamedTensor.Of<float>("y", [1]));
        Assert.Equal(55, found[0].Elements<float>()[0]);
        Assert.Equal(89, found[1].Elements<float>()[0]);
        Assert.Equal([0, 1, 1, 2, 3, 5, 8, 13, 21, 34], found[2].Elements<float>().ToArray());
    }

    [Fact]
    public void A_loop_within_a_loop_sees_the_values_around_both()
    {
        var inner = Graph(["j", "goOn", "c"], ["goOn", "more"], Node("Add", ["c", "step"], "more"));   // "step" is made outside of both
        var outer = Graph(["i", "go", "a"], ["go", "result"], Loop(inner, ["", "", "a"], ["result"], trips: 3));
        var model = Model(Loop(outer, ["", "", "x"], ["last"], trips: 4), ["x", "y"], ["last"]);
        model.Graph.Node.Insert(0, Node("Mul", ["y", "y"], "step"));
        Assert.Equal(1 + (12 * 4), Plan.Compile(model).Run(NamedTensor.Of<float>("x", [1]), NamedTensor.Of<float>("y", [2]))[0].Elements<float>()[0]);
    }

    [Fact]
    public void A_value_that_only_a_branch_reads_keeps_its_memory_until_then()
    {
        var model = Model(If("choice", Graph([], ["t"], Node("Add", ["early", "late"], "t")), Graph([], ["e"], Node("Sub", ["early", "late"], "e"))), ["x"], ["y"]);
        model.Graph.Input.Add(new ValueInfoProto { Name = "choice", Type = Type(TensorProto.Types.DataType.Bool) });
        model.Graph.Node.Insert(0, Node("Exp", ["x"], "early"));
        string last = "x";
        for (int i = 0; i < 6; i++)   // values that come and go between
        {
            model.Graph.Node.Insert(i + 1, Node(i % 2 == 0 ? "Neg" : "Abs", [last], $"v{i}"));
            last = $"v{i}";
        }

        model.Graph.Node.Insert(7, Node("Identity", [last], "late"));
        var plan = Plan.Compile(model);
        foreach (bool choice in (bool[])[true, false, true])
            Assert.Equal(MathF.Exp(2) + (choice ? 2 : -2), plan.Run(NamedTensor.Of<float>("x", [2]), NamedTensor.Of<bool>("choice", [choice]))[0].Elements<float>()[0], tolerance: 1e-5f);
    }

    [Fact]
    public void Many_threads_may_run_one_loop()
    {
        var body = Graph(["i", "go", "a"], ["go", "b"], Node("Add", ["a", "x"], "b"));
        var plan = Plan.Compile(Model(Loop(body, ["", "", "x"], ["last"], trips: 20), ["x"], ["last"]));
        Parallel.For(0, 200, i => Assert.Equal(21 * i, plan.Run(NamedTensor.Of<float>("x", [i]))[0].Elements<float>()[0]));
    }

    [Fact]
    public void A_run_is_ended_between_two_turns_and_the_next_is_whole()
    {
        using var caller = new CancellationTokenSource();
        var body = Graph(["i", "go", "a"], ["go", "b"], Node("Add", ["a", "x"], "b"));
        var plan = Plan.Compile(Model(Loop(body, ["", "", "x"], ["last"], trips: 90_000_000), ["x"], ["last"]));   // a minute, and within what a run may take
        caller.CancelAfter(100);
        Assert.Throws<OperationCanceledException>(() => plan.Run(values => values[0].Write<float>([1])[0] = 1, values => values[0].Read<float>()[0], caller.Token));
        Assert.Throws<OperationCanceledException>(() => plan.Run([1f], [1], new CancellationToken(canceled: true)));
        var few = Plan.Compile(Model(Loop(body.Clone(), ["", "", "x"], ["last"], trips: 4), ["x"], ["last"]));
        Assert.Equal(5, few.Run([1f], [1], new CancellationTokenSource().Token)[0]);
        Assert.Equal(5, few.Run(NamedTensor.Of<float>("x", [1]))[0].Elements<float>()[0]);
    }

    [Fact]
    public void What_a_branch_does_not_know_is_refused()
    {
        var model = Model(If("x", Graph([], ["t"], Node("Fourier", ["x"], "t")), Graph([], ["x"])), ["x"], ["y"]);
        Assert.Contains("operator Fourier", Assert.Throws<UnsupportedException>(() => Plan.Compile(model)).Message);
    }

    [Fact]
    public void An_output_that_a_branch_lacks_is_an_input_error()
    {
        var node = If("choice", Graph([], ["x"]), Graph([], ["x"]));
        node.Output.Add("second");
        var model = Model(node, ["x"], ["y", "second"]);
        model.Graph.Input.Add(new ValueInfoProto { Name = "choice", Type = Type(TensorProto.Types.DataType.Bool) });
        Assert.Throws<InputException>(() => Plan.Compile(model).Run(NamedTensor.Of<float>("x", [2]), NamedTensor.Of<bool>("choice", [true])));
    }

    static NodeProto If(string condition, GraphProto then, GraphProto otherwise)
    {
        var node = Node("If", [condition], "y");
        node.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = then });
        node.Attribute.Add(new AttributeProto { Name = "else_branch", Type = AttributeType.Graph, G = otherwise });
        return node;
    }

    static NodeProto Loop(GraphProto body, string[] inputs, string[] outputs, long trips)
    {
        var node = Node("Loop", inputs, outputs);
        node.Attribute.Add(new AttributeProto { Name = "body", Type = AttributeType.Graph, G = body });
        node.Input[0] = $"trips{trips}";
        return node;
    }

    static NodeProto Node(string operation, string[] inputs, params string[] outputs) => new() { OpType = operation, Input = { inputs }, Output = { outputs } };

    static GraphProto Graph(string[] inputs, string[] outputs, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = "inner", Node = { nodes } };
        graph.Input.AddRange(inputs.Select(i => new ValueInfoProto { Name = i }));
        graph.Output.AddRange(outputs.Select(o => new ValueInfoProto { Name = o }));
        return graph;
    }

    static ModelProto Model(NodeProto node, string[] inputs, string[] outputs)
    {
        var graph = new GraphProto { Name = "outer", Node = { node } };
        graph.Input.AddRange(inputs.Select(i => new ValueInfoProto { Name = i, Type = Type(TensorProto.Types.DataType.Float) }));
        graph.Output.AddRange(outputs.Select(o => new ValueInfoProto { Name = o, Type = Type(TensorProto.Types.DataType.Float) }));
        foreach (long trips in (long[])[3, 4, 10, 20, 90_000_000]) graph.Initializer.Add(new TensorProto { Name = $"trips{trips}", DataType = (int)TensorProto.Types.DataType.Int64, Int64Data = { trips } });
        return new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Domain = "", Version = 17 } } };
    }

    static TypeProto Type(TensorProto.Types.DataType type) => new() { TensorType = new() { ElemType = (int)type } };
}
