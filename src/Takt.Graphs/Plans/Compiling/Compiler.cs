using Takt.Graphs.Checking;
using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>From a model file to steps that run: read and check, fold what is constant, rewrite, make kernels, plan the memory.</summary>
static class Compiler
{
    public static Plan Compile(ModelProto model, ModelLimits limits)
    {
        if (model.Graph is null) throw new InputException("a model without a graph", "an ONNX model", "The file may be damaged or of another kind.");
        using var budget = Budget.Begin(limits.ConstantBytes, limits.Steps);
        model = FunctionInlining.Run(model, limits);
        ModelChecker.Check(model, limits);
        return new Plan(Compile(GraphReader.Read(model, ShapeInference.Run(model).Types)), limits, ReplaceableDefaults.Of(model, limits));
    }

    /// <summary>Compiles a graph, the outermost or one inside a node; it is changed on the way.</summary>
    public static Body Compile(Graph graph)
    {
        ConstantFolding.Run(graph, stays: QuantisedRewrite.Reads);
        QuantisedRewrite.Run(graph);
        QuantisedCarrierRewrite.Run(graph);
        ConstantFolding.Run(graph);
        KnownSizes.Run(graph);
        ConstantFolding.Run(graph);

        // patterns that exporters write out
        Unused.Remove(graph);
        IdentityRewrite.Run(graph);
        GeluRewrite.Run(graph);
        SwishRewrite.Run(graph);
        NormRewrite.Run(graph);
        ZeroStateRewrite.Run(graph);
        LstmLayoutRewrite.Run(graph);
        TransposeRewrite.Run(graph);
        AttentionRewrite.Run(graph);
        TransposeRewrite.Run(graph);
        ReshapeRewrite.Run(graph);
        IdentityRewrite.Run(graph);
        Unused.Remove(graph);

        // what one kernel does in one go
        PadRewrite.Run(graph);
        ConvolutionBiasRewrite.Run(graph);
        BatchNormRewrite.Run(graph);
        ResidualRewrite.Run(graph);
        MatMulBiasRewrite.Run(graph);
        SplitProductRewrite.Run(graph);
        ActivationRewrite.Run(graph);
        PoolRewrite.Run(graph);
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
