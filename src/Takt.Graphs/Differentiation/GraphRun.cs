using Takt.Graphs.Plans;
using Takt.Graphs.Plans.Compiling;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>One run through a graph: by operations of the tape where gradients can reach, by the kernels of plans elsewhere.</summary>
sealed class GraphRun(Activity activity, Graph graph, IReadOnlyDictionary<string, GraphValue> constants, GraphRun? around = null)
{
    readonly Dictionary<string, GraphValue> _values = [];

    /// <summary>Sets an input, or takes the value of a weight as it is now.</summary>
    public void Set(string name, GraphValue value) => _values[name] = value;

    /// <summary>A value that was set, made or folded here or in a graph around.</summary>
    public GraphValue? Find(string name) =>
        name.Length == 0 ? null : _values.GetValueOrDefault(name) ?? constants.GetValueOrDefault(name) ?? around?.Find(name);

    /// <summary>Runs nodes in order.</summary>
    public void Run(IEnumerable<Node> nodes)
    {
        foreach (var node in nodes)
        {
            var made = node.Operator == "If" ? Branch(node) : activity.Reaches(graph, node) ? OnTape(node) : ByKernel(node, [.. node.Inputs.Select(Find)]);
            for (int i = 0; i < made.Count; i++)
                if (made[i] is { } value && node.Outputs[i].Length > 0) _values[node.Outputs[i]] = value;
        }
    }

    /// <summary>What a node makes of values, by the kernel that plans use.</summary>
    public static IReadOnlyList<GraphValue?> ByKernel(Node node, GraphValue?[] values)
    {
        var own = node.Copy();   // a kernel may change its node
        var inputs = Array.ConvertAll(values, v => v?.Value);
        for (int i = 0; i < inputs.Length; i++)
            if (inputs[i] is { } value) own.SetConstant(i, value);
        var outputs = Array.ConvertAll(node.Outputs, name => name.Length == 0 ? null : new Value(new Storage()));
        var kernel = OperatorTable.Make(own);
        Plans.Step.Run(kernel, new Call(own, inputs, outputs, new Storage()), node);
        return Array.ConvertAll(outputs, o => o is null ? null : new GraphValue(o));
    }

    IReadOnlyList<GraphValue?> OnTape(Node node)
    {
        try
        {
            var made = TapeOperators.Of(node.Operator)!(new TapeCall(node, [.. node.Inputs.Select(Find)]));
            return [.. made.Take(node.Outputs.Length).Select(tensor => new GraphValue(tensor))];
        }
        catch (ShapeException wrong)
        {
            throw new InputException([.. wrong.Problems.Select(p => p with { Where = $"node '{node.Name}' ({node.Operator})" })]);
        }
    }

    IReadOnlyList<GraphValue?> Branch(Node node)
    {
        var condition = Find(node.Inputs[0])!.Tensor;
        var branch = node.Graphs[condition.Mask[0] ? "then_branch" : "else_branch"];
        var run = new GraphRun(activity, branch, branch.Constants.ToDictionary(c => c.Key, c => new GraphValue(c.Value)), this);
        run.Run(branch.Nodes);
        return [.. branch.Outputs.Select(o => run.Find(o.Name))];
    }
}
