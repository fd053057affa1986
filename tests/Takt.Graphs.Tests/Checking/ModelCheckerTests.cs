using Takt.Graphs.Checking;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using Takt.Tests;
using static Takt.Graphs.Onnx.AttributeProto.Types;

namespace Takt.Graphs.Tests.Checking;

public class ModelCheckerTests
{
    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output("y", null, 3);
        var model = builder.Build();
        model.Graph.Node.Add(new NodeProto { OpType = "Add", Name = "one", Input = { "x", "nowhere" }, Output = { "y" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Fourier", Name = "two", Input = { "x" }, Output = { "y" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Fourier", Name = "three", Input = { "x" }, Output = { "z" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Relu", Name = "four", Input = { "b" }, Output = { "a" } });
        model.Graph.Node.Add(new NodeProto { OpType = "Relu", Name = "five", Input = { "a" }, Output = { "b" }, Attribute = { new AttributeProto { Name = "t", Type = AttributeType.Tensor } } });
        model.Graph.Output.Add(new ValueInfoProto { Name = "never" });
        string message = Assert.ThrowsAny<InputException>(() => Plan.Compile(model)).Message;
        foreach (string part in (string[])[
            "operator Fourier (operator set 17)", "2 nodes 'two', 'three'", "value 'nowhere' that nothing makes", "two values called 'y'", "output 'never' that nothing makes",
            "a cycle through 'four', 'five'", "attribute 't' of type Tensor without such a value"])
            Assert.Contains(part, message);
    }

    [Fact]
    public void A_graph_within_a_node_sees_the_names_around_it_and_may_close_a_cycle()
    {
        var inner = new GraphProto { Name = "then", Node = { new NodeProto { OpType = "Relu", Input = { "x" }, Output = { "t" } } }, Output = { new ValueInfoProto { Name = "t" } } };
        Assert.Empty(Damage(inner));
        inner.Node[0].Input[0] = "y";   // what the node around it makes
        Assert.Contains("a cycle", Assert.Single(Damage(inner)).ToString());
        inner.Node[0].Input[0] = "nowhere";
        Assert.Contains("'nowhere'", Assert.Single(Damage(inner)).ToString());
    }

    [Fact]
    public void Graphs_within_graphs_end_somewhere()
    {
        var inner = new GraphProto { Name = "deepest", Output = { new ValueInfoProto { Name = "x" } } };
        for (int i = 0; i < 5000; i++)
            inner = new GraphProto { Name = "inner", Node = { new NodeProto { OpType = "If", Input = { "x" }, Output = { "y" }, Attribute = { new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = inner } } } }, Output = { new ValueInfoProto { Name = "y" } } };
        Assert.Contains("32 deep", Assert.ThrowsAny<InputException>(() => Damage(inner)).Message);
    }

    [Fact]
    public void A_flood_of_problems_is_cut_but_never_the_list_of_operators()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output("x", null, 3);
        var model = builder.Build();
        for (int i = 0; i < 100; i++) model.Graph.Node.Add(new NodeProto { OpType = $"Unknown{i}", Input = { $"missing{i}" }, Output = { $"y{i}" } });
        var problems = Assert.ThrowsAny<InputException>(() => Plan.Compile(model)).Problems;
        Assert.Equal(100, problems.Count(p => p.Found.StartsWith("operator Unknown", StringComparison.Ordinal)));
        Assert.Contains(problems, p => p.Found == "60 more problems");
    }

    /// <summary>A checker that refuses what is right would be worse than none.</summary>
    [SharedDataFact("conformance/onnx-node/manifest.csv")]
    public void No_conformance_model_is_called_damaged()
    {
        foreach (string file in Directory.EnumerateFiles(SharedData.PathOf("conformance"), "model.onnx", SearchOption.AllDirectories))
            Assert.True(ModelChecker.DamageIn(FunctionInlining.Run(ModelFile.Read(file), ModelLimits.Default), ModelLimits.Default) is [], file);
    }

    static List<Problem> Damage(GraphProto branch)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 3);
        builder.Output("y", null, 3);
        var model = builder.Build();
        model.Graph.Node.Add(new NodeProto { OpType = "If", Name = "if", Input = { "x" }, Output = { "y" }, Attribute = { new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = branch } } });
        return ModelChecker.DamageIn(model, ModelLimits.Default);
    }
}
