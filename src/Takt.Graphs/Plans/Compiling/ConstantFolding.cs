using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Computes, once and for all, every node whose inputs are known before the run.</summary>
static class ConstantFolding
{
    public static void Run(Graph graph)
    {
        var problems = new List<Problem>();
        graph.Nodes.RemoveAll(node =>
        {
            if (!Array.TrueForAll(node.Inputs, i => i.Length == 0 || graph.Constants.ContainsKey(i))) return false;
            try
            {
                Fold(node, graph);
            }
            catch (InputException wrong)
            {
                problems.AddRange(wrong.Problems);
            }

            return true;
        });
        if (problems.Count > 0) throw new InputException(problems);
    }

    static void Fold(Node node, Graph graph)
    {
        graph.BindConstants(node);
        var inputs = Array.ConvertAll(node.Inputs, graph.Constants.GetValueOrDefault);
        var outputs = Array.ConvertAll(node.Outputs, o => o.Length == 0 ? null : new Value(new Storage()));
        Step.Run(OperatorTable.Make(node), new Call(node, inputs, outputs, new Storage()), node);
        for (int i = 0; i < outputs.Length; i++)
            if (outputs[i] is { } value) graph.Constants[node.Outputs[i]] = value;
    }
}
