using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using static Takt.Graphs.Onnx.AttributeProto.Types;

namespace Takt.Graphs.Tests.Onnx;

public class FunctionInliningTests
{
    [Fact]
    public void A_function_called_twice_with_different_attributes_answers_each_time_for_itself()
    {
        var model = Calling(Node("Slope", ["x"], "a", ("slope", 0.5f)), Node("Slope", ["a"], "y"));
        model.Functions.Add(new FunctionProto
        {
            Domain = "plant", Name = "Slope", Input = { "u" }, Output = { "v" }, Attribute = { "slope" },
            AttributeProto = { new AttributeProto { Name = "slope", Type = AttributeType.Float, F = 0.1f } },
            Node =
            {
                new NodeProto { OpType = "LeakyRelu", Input = { "u" }, Output = { "t" }, Attribute = { new AttributeProto { Name = "alpha", RefAttrName = "slope", Type = AttributeType.Float } } },
                new NodeProto { OpType = "Identity", Input = { "t" }, Output = { "v" } },
            },
        });
        Assert.Equal([-0.1f, 4, 0], Plan.Compile(model).Run([-2, 4, 0], 1, 3));
    }

    [Fact]
    public void Functions_may_call_functions_and_pass_inputs_through()
    {
        var model = Calling(Node("Outer", ["x"], "y"));
        model.Functions.Add(new FunctionProto { Domain = "plant", Name = "Outer", Input = { "u" }, Output = { "v" }, Node = { Node("Twice", ["u"], "t"), Node("Same", ["t"], "v") } });
        model.Functions.Add(new FunctionProto { Domain = "plant", Name = "Twice", Input = { "u" }, Output = { "v" }, Node = { new NodeProto { OpType = "Add", Input = { "u", "u" }, Output = { "v" } } } });
        model.Functions.Add(new FunctionProto { Domain = "plant", Name = "Same", Input = { "u" }, Output = { "u" } });
        Assert.Equal([2, 4, 6], Plan.Compile(model).Run([1, 2, 3], 1, 3));
    }

    [Fact]
    public void A_function_that_calls_itself_is_refused_with_its_round()
    {
        var model = Calling(Node("A", ["x"], "y"));
        model.Functions.Add(new FunctionProto { Domain = "plant", Name = "A", Input = { "u" }, Output = { "v" }, Node = { Node("B", ["u"], "v") } });
        model.Functions.Add(new FunctionProto { Domain = "plant", Name = "B", Input = { "u" }, Output = { "v" }, Node = { Node("A", ["u"], "v") } });
        Assert.Contains("A → B → A", Assert.Throws<InputException>(() => Plan.Compile(model)).Message);
    }

    [Fact]
    public void A_billion_calls_in_a_kilobyte_end_at_the_limit()
    {
        var model = Calling(Node("F0", ["x"], "y"));
        for (int i = 0; i < 60; i++)
            model.Functions.Add(new FunctionProto { Domain = "plant", Name = $"F{i}", Input = { "u" }, Output = { "v" }, Node = { Node($"F{i + 1}", ["u"], "t"), Node($"F{i + 1}", ["t"], "v") } });
        model.Functions.Add(new FunctionProto { Domain = "plant", Name = "F60", Input = { "u" }, Output = { "u" } });
        Assert.Contains("1,000,000 nodes", Assert.Throws<InputException>(() => Plan.Compile(model)).Message);
    }

    [Fact]
    public void A_long_chain_of_functions_does_not_reach_the_end_of_the_stack()
    {
        var model = Calling(Node("F0", ["x"], "y"));
        for (int i = 0; i < 50_000; i++)
            model.Functions.Add(new FunctionProto { Domain = "plant", Name = $"F{i}", Input = { "u" }, Output = { "v" }, Node = { Node($"F{i + 1}", ["u"], "v") } });
        Assert.Contains("100 deep", Assert.Throws<InputException>(() => Plan.Compile(model)).Message);
    }

    /// <summary>A model [n, 3] → y of calls to functions of domain "plant".</summary>
    static ModelProto Calling(params NodeProto[] calls)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output("y", null, 3);
        var model = builder.Build();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "plant", Version = 1 });
        model.Graph.Node.AddRange(calls);
        return model;
    }

    static NodeProto Node(string function, string[] inputs, string output, params (string Name, float Value)[] attributes)
    {
        var node = new NodeProto { Domain = "plant", OpType = function, Name = $"{function}:{output}", Input = { inputs }, Output = { output } };
        foreach (var (name, value) in attributes) node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeType.Float, F = value });
        return node;
    }
}
