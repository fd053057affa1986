using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Computes, once and for all, every node whose inputs are known before the run.</summary>
/// <remarks>Not those with graphs inside, which may run long, nor those that would swell a small file: both wait for the run.</remarks>
static class ConstantFolding
{
    /// <summary>Bytes of a value: an embedding matrix still folds.</summary>
    const long Most = 256 << 20;

    /// <summary>Folds what can be folded.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stays">Nodes to leave, because a rewrite wants to see them first.</param>
    public static void Run(Graph graph, Predicate<Node>? stays = null)
    {
        var problems = new List<Problem>();
        graph.Nodes.RemoveAll(node =>
        {
            if (stays?.Invoke(node) == true || node.Graphs.Count > 0 || !Array.TrueForAll(node.Inputs, i => i.Length == 0 || graph.Constants.ContainsKey(i))) return false;
            try
            {
                Fold(node, graph);
            }
            catch (StorageLimitException)
            {
                return false;
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
        string[] names = [.. node.Inputs];
        var inputs = Array.ConvertAll(node.Inputs, graph.Constants.GetValueOrDefault);
        var outputs = Array.ConvertAll(node.Outputs, o => o.Length == 0 ? null : new Value(new Storage(Most)));
        try
        {
            Step.Run(OperatorTable.Make(node), new Call(node, inputs, outputs, new Storage(Most)), node);
        }
        finally
        {
            node.Inputs = names;   // a kernel may have taken constants; should the node stay, it still needs them
        }

        for (int i = 0; i < outputs.Length; i++)
            if (outputs[i] is { } value) graph.Constants[node.Outputs[i]] = value;
    }
}
