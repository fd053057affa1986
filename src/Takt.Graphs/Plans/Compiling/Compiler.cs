using Takt.Graphs.Checking;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>From a model file to steps that run: read and check, fold what is constant, rewrite, make kernels, plan the memory.</summary>
static class Compiler
{
    public static Plan Compile(ModelProto model)
    {
        model = FunctionInlining.Run(model, ModelLimits.Default);
        ModelChecker.Check(model, ModelLimits.Default);
        return new Plan(Compile(GraphReader.Read(model)));
    }

    /// <summary>Compiles a graph, the outermost or one inside a node; it is changed on the way.</summary>
    public static Body Compile(Graph graph)
    {
        ConstantFolding.Run(graph);
        GeluRewrite.Run(graph);
        BatchNormRewrite.Run(graph);
        ResidualRewrite.Run(graph);
        MatMulBiasRewrite.Run(graph);
        ActivationRewrite.Run(graph);
        LstmLayoutRewrite.Run(graph);
        Unused.Remove(graph);
        return new Body(graph, MakeSteps(graph));
    }

    static Step[] MakeSteps(Graph graph)
    {
        var problems = new List<Problem>();
        var steps = new List<Step>(graph.Nodes.Count);
        foreach (var node in graph.Nodes)
            try
            {
                graph.BindConstants(node);
                steps.Add(new Step(node, OperatorTable.Make(node)));
            }
            catch (InputException wrong)
            {
                problems.AddRange(wrong.Problems);
            }

        return problems.Count > 0 ? throw new InputException(problems) : [.. steps];
    }
}
