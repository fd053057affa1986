using Takt.Graphs.Checking.Inference;

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

    /// <summary>What is known of values before any run; of those that rewrites make, nothing.</summary>
    public IReadOnlyDictionary<string, InferredType> Types { get; init; } = new Dictionary<string, InferredType>();

    /// <summary>The number, if the value is a single constant one.</summary>
    public float? ScalarOf(string value) =>
        Constants.TryGetValue(value, out var constant) && constant is { Type: ElementType.Float32, Count: 1, Rank: 0 or 1 } ? constant.Read<float>()[0] : null;

    /// <summary>Whether one of these values is known to be in single precision; values that are computed together have one type.</summary>
    public bool IsFloat(params ReadOnlySpan<string> values)
    {
        foreach (string value in values)
            if (Types.TryGetValue(value, out var type) && type.Element == (int)ElementType.Float32) return true;
        return false;
    }

    /// <summary>Tells every node which of its inputs are constants.</summary>
    public void BindConstants(Node node)
    {
        for (int i = 0; i < node.Inputs.Length; i++)
            if (Constants.TryGetValue(node.Inputs[i], out var value)) node.SetConstant(i, value);
    }

    /// <summary>A graph of its own that says the same; compiling changes graphs.</summary>
    public Graph Copy() => new([.. Nodes.Select(n => n.Copy())], new(Constants), Inputs, Outputs, Captures) { Types = Types };
}
