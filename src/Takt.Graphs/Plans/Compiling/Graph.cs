namespace Takt.Graphs.Plans.Compiling;

/// <summary>A graph that is being compiled: nodes in topological order, and what is constant.</summary>
sealed class Graph(
    List<Node> nodes, Dictionary<string, Value> constants, IReadOnlyList<TensorInfo> inputs, IReadOnlyList<TensorInfo> outputs, IReadOnlyList<string> captures)
{
    /// <summary>The nodes; each stands after those whose values it reads.</summary>
    public List<Node> Nodes { get; } = nodes;

    /// <summary>Values known before the run: initialisers and what folds from them.</summary>
    public Dictionary<string, Value> Constants { get; } = constants;

    /// <summary>What the caller gives; captures are not among them.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; set; } = inputs;

    /// <summary>What the caller gets.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; } = outputs;

    /// <summary>Values that it reads from the graphs around it; the outermost graph has none.</summary>
    public IReadOnlyList<string> Captures { get; } = captures;

    /// <summary>Tells every node which of its inputs are constants.</summary>
    public void BindConstants(Node node)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
            if (Constants.TryGetValue(node.Inputs[i], out var value)) node.SetConstant(i, value);
    }

    /// <summary>A graph of its own that says the same; compiling changes graphs.</summary>
    public Graph Copy() => new([.. Nodes.Select(n => n.Copy())], new(Constants), Inputs, Outputs, Captures);
}
