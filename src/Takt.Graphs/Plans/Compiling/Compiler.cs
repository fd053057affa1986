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
        var graph = GraphReader.Read(model);
        ConstantFolding.Run(graph);
        GeluRewrite.Run(graph);
        BatchNormRewrite.Run(graph);
        MatMulBiasRewrite.Run(graph);
        ActivationRewrite.Run(graph);
        LstmLayoutRewrite.Run(graph);
        Unused.Remove(graph);
        var steps = MakeSteps(graph);
        return new Plan(graph.Inputs, graph.Outputs, steps, MemoryPlan.Of(graph, steps));
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
