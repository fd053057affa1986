using Takt.Graphs.Onnx;

namespace Takt.Graphs.Quantising;

/// <summary>Where the inputs of layers come from: through nodes that only carry numbers on (other sizes, another order, the greatest of a window) back to the value that is to be quantised.</summary>
sealed class Flow
{
    readonly Dictionary<string, string> _origins = [];

    public Flow(Draft draft)
    {
        var makers = new Dictionary<string, NodeProto>();
        foreach (var node in draft.Graph.Node)
        {
            if (Layer.Of(node, draft) is not null) Trace(node.Input[0], makers);
            if (IsCarrier(node)) makers[node.Output[0]] = node;
        }
    }

    /// <summary>The values to quantise.</summary>
    public IEnumerable<string> Origins => _origins.Values.Distinct();

    /// <summary>The value whose range this one shares; null for one that no layer reads, neither itself nor carried on.</summary>
    public string? OriginOf(string value) => _origins.GetValueOrDefault(value);

    /// <summary>Whether a node carries numbers on to a layer.</summary>
    public bool Carries(NodeProto node) => IsCarrier(node) && _origins.ContainsKey(node.Output[0]);

    void Trace(string value, Dictionary<string, NodeProto> makers)
    {
        var way = new List<string> { value };
        while (makers.TryGetValue(way[^1], out var carrier)) way.Add(carrier.Input[0]);
        foreach (string passed in way) _origins[passed] = way[^1];
    }

    static bool IsCarrier(NodeProto node) =>
        node.Domain is "" or "ai.onnx" && node.Output.Count == 1 && node.OpType is "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Transpose" or "MaxPool";
}
