using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A graph inside a node, ready to run. What it reads from the graphs around it reaches it through the node's last inputs; constants among them are built in.</summary>
sealed class InnerGraph
{
    readonly Body _body;
    readonly List<int> _captures = [];

    public InnerGraph(Node node, string attribute)
    {
        if (!node.Graphs.TryGetValue(attribute, out var found)) throw node.Wrong($"no graph '{attribute}'", "one");
        var graph = found.Copy();
        Inputs = graph.Inputs;
        var inputs = graph.Inputs.ToList();
        foreach (string name in graph.Captures)
        {
            int input = node.OwnInputs + node.Captures.ToList().IndexOf(name);
            if (node.Constant(input) is { } constant)
            {
                graph.Constants[name] = constant;
                node.TakeConstant(input);
                continue;
            }

            _captures.Add(input);
            inputs.Add(new TensorInfo(name, ElementType.Undefined, null));
        }

        graph.Inputs = inputs;
        _body = Compiler.Compile(graph);
    }

    /// <summary>What the node gives it in each run.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>What it makes.</summary>
    public IReadOnlyList<TensorInfo> Outputs => _body.Outputs;

    /// <summary>A frame that sees the values around it; its own inputs are still to be given. Give it back.</summary>
    public Frame Rent(Call call)
    {
        var frame = _body.Rent();
        for (int i = 0; i < _captures.Count; i++) frame.Inputs[Inputs.Count + i].View(call.Input(_captures[i]));
        return frame;
    }

    public void Run(Frame frame) => _body.Run(frame);

    public void Return(Frame frame) => _body.Return(frame);
}
