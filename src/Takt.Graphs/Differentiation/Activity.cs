using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>
/// Which values of a graph gradients can reach, from its inputs of numbers and its weights on. Everything else (sizes, places, masks, constants) is computed
/// by the kernels of plans.
/// </summary>
sealed class Activity
{
    /// <summary>Operators that gradients end at: what they give does not change with small changes of what they read, or is no number.</summary>
    static readonly HashSet<string> s_ends =
    [
        "And", "ArgMax", "ArgMin", "Ceil", "ConstantOfShape", "Equal", "EyeLike", "Floor", "Greater", "GreaterOrEqual", "Hardmax", "IsInf", "IsNaN", "Less", "LessOrEqual",
        "NonMaxSuppression", "NonZero", "Not", "OneHot", "Or", "RandomNormalLike", "RandomUniformLike", "Round", "Shape", "Sign", "Size", "Xor",
    ];

    readonly Dictionary<Graph, HashSet<string>> _active = [];
    readonly Dictionary<string, List<string>> _unsupported = [];

    /// <summary>Follows the values of a graph.</summary>
    /// <param name="graph">The outermost graph.</param>
    /// <param name="parameters">Names of its weights.</param>
    /// <exception cref="InputException">Gradients would have to go through operators that have none here; all of them are listed.</exception>
    public Activity(Graph graph, IEnumerable<string> parameters)
    {
        Follow(graph, [.. graph.Inputs.Where(i => IsFloat(i.Type)).Select(i => i.Name), .. parameters]);
        if (_unsupported.Count == 0) return;
        throw new InputException(_unsupported.OrderBy(u => u.Key, StringComparer.Ordinal).Select(u => new Problem(
            $"operator {u.Key}, {u.Value.Count} {(u.Value.Count == 1 ? "time" : "times")}", "operators that gradients can go through",
            "Such a model can be served, but not be fine-tuned or explained by gradients.", $"node '{u.Value[0]}'")).ToArray());
    }

    /// <summary>Whether gradients can reach what a node makes.</summary>
    /// <param name="graph">The graph that the node stands in.</param>
    /// <param name="node">The node.</param>
    public bool Reaches(Graph graph, Node node) => node.Outputs.Any(_active[graph].Contains);

    public static bool IsFloat(ElementType type) => type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 or ElementType.Float64;

    void Follow(Graph graph, HashSet<string> active)
    {
        _active[graph] = active;
        foreach (var node in graph.Nodes)
        {
            if (node.Operator == "If")
            {
                foreach (var branch in node.Graphs.Values) Follow(branch, [.. active]);
                for (int i = 0; i < node.Outputs.Length; i++)
                    if (node.Graphs.Values.Any(branch => _active[branch].Contains(branch.Outputs[i].Name))) active.Add(node.Outputs[i]);
            }
            else if (node.Inputs.Any(active.Contains) && !Ends(node))
            {
                Add(node, active);
            }
        }
    }

    void Add(Node node, HashSet<string> active)
    {
        if (TapeOperators.Of(node.Operator) is null)
        {
            if (!_unsupported.TryGetValue(node.Operator, out var nodes)) _unsupported[node.Operator] = nodes = [];
            nodes.Add(node.Name);
        }

        bool firstOnly = node.Operator is "TopK" or "Dropout" or "MaxPool";   // the others are places and masks
        foreach (string output in firstOnly ? node.Outputs.Take(1) : node.Outputs)
            if (output.Length > 0) active.Add(output);
    }

    static bool Ends(Node node) => s_ends.Contains(node.Operator) || (node.Operator == "Cast" && !IsFloat((ElementType)node.Int("to", 1)));
}
