namespace Takt.Graphs.Plans.Compiling;

/// <summary>Who makes and who reads each value of a graph, as it stood when a rewrite began.</summary>
sealed class Links
{
    readonly Dictionary<string, Node> _makers = [];
    readonly Dictionary<string, List<Node>> _readers = [];
    readonly HashSet<string> _wanted;

    public Links(Graph graph)
    {
        _wanted = [.. graph.Outputs.Select(o => o.Name)];
        foreach (var node in graph.Nodes)
        {
            foreach (string output in node.Outputs) _makers[output] = node;
            foreach (string input in node.Inputs)
            {
                if (!_readers.TryGetValue(input, out var readers)) _readers[input] = readers = [];
                readers.Add(node);
            }
        }
    }

    /// <summary>The node that makes a value, or null for inputs, constants and what is left out.</summary>
    public Node? MakerOf(string value) => value.Length == 0 ? null : _makers.GetValueOrDefault(value);

    /// <summary>How many inputs of nodes, and of the caller, the value feeds.</summary>
    public int UsesOf(string value) => (_readers.GetValueOrDefault(value)?.Count ?? 0) + (_wanted.Contains(value) ? 1 : 0);

    /// <summary>The one node that reads this value, or null if there are several uses, or none, or the caller wants the value itself.</summary>
    public Node? OnlyReaderOf(string value) =>
        value.Length > 0 && !_wanted.Contains(value) && _readers.GetValueOrDefault(value) is [var reader] ? reader : null;
}
