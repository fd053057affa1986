using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Turns an ONNX model into a graph to compile, and checks on the way what can be checked; every problem is reported at once.</summary>
static class GraphReader
{
    /// <summary>Operators changed their form before 7 in ways that nothing in use still has; 26 is the newest set this code was written against.</summary>
    const int OldestOpset = 7, NewestOpset = 26;


    public static Graph Read(ModelProto model)
    {
        if (model.Graph is not { } graph) throw new InputException("a model without a graph", "an ONNX model", "The file may be damaged or of another kind.");
        var problems = new List<Problem>();
        int opset = OpsetOf(model, problems);

        var constants = new Dictionary<string, Value>();
        foreach (var tensor in graph.Initializer)
            Try(() => constants[tensor.Name] = ConstantReader.Read(tensor, $"initialiser '{tensor.Name}'"));
        if (graph.SparseInitializer.Count > 0) problems.Add(new("sparse initialisers", "dense ones", "Export the model without sparse tensors."));

        var inputs = new List<TensorInfo>();
        foreach (var info in graph.Input)
            if (!constants.ContainsKey(info.Name))   // before IR version 4 initialisers are listed here too; since then it marks a replaceable default, which Takt keeps
                Try(() => inputs.Add(ReadInfo(info, "input")));
        var outputs = new List<TensorInfo>();
        foreach (var info in graph.Output) Try(() => outputs.Add(ReadInfo(info, "output")));

        var nodes = ReadNodes(graph, opset, problems);
        CheckNames(nodes, constants, inputs, outputs, problems);
        if (problems.Count > 0) throw new InputException(problems);
        return new Graph(TopologicalOrder.Of(nodes), constants, inputs, outputs);

        void Try(Action read)
        {
            try
            {
                read();
            }
            catch (InputException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }
    }

    static int OpsetOf(ModelProto model, List<Problem> problems)
    {
        var import = model.OpsetImport.FirstOrDefault(o => IsStandard(o.Domain));
        long version = import?.Version ?? 0;
        if (version is < OldestOpset or > NewestOpset)
            problems.Add(new(
                import is null ? "no operator set ai.onnx" : $"operator set {version}", $"{OldestOpset} to {NewestOpset}",
                $"Export the model with an operator set from {OldestOpset} to {NewestOpset}.", "opset_import"));
        return (int)Math.Clamp(version, OldestOpset, NewestOpset);
    }

    static bool IsStandard(string domain) => domain is "" or "ai.onnx";

    static List<Node> ReadNodes(GraphProto graph, int opset, List<Problem> problems)
    {
        var nodes = new List<Node>(graph.Node.Count);
        foreach (var proto in graph.Node)
        {
            string name = proto.Name.Length > 0 ? proto.Name : $"#{nodes.Count}";
            var node = new Node(proto.OpType, name, [.. proto.Input], [.. proto.Output], opset);
            foreach (var attribute in proto.Attribute) node.Add(attribute);
            nodes.Add(node);
            if (!IsStandard(proto.Domain) || !OperatorTable.Knows(proto.OpType, out int needed))
                problems.Add(new(
                    $"operator {(IsStandard(proto.Domain) ? "" : proto.Domain + "::")}{proto.OpType} (operator set {opset})", "one that Takt computes",
                    IsStandard(proto.Domain) ? OperatorTable.Suggest(proto.OpType) : null, $"node '{name}'"));
            else if (Enumerable.Range(0, needed).Any(i => !node.Has(i)) || node.Outputs.All(o => o.Length == 0))
                problems.Add(new($"{node.Inputs.Count(i => i.Length > 0)} inputs and {node.Outputs.Count(o => o.Length > 0)} outputs", $"at least {needed} and 1", Where: $"node '{name}' ({proto.OpType})"));
        }

        return nodes;
    }

    static void CheckNames(
        List<Node> nodes, Dictionary<string, Value> constants, List<TensorInfo> inputs, List<TensorInfo> outputs, List<Problem> problems)
    {
        var known = new HashSet<string>(constants.Keys);
        foreach (var input in inputs)
            if (!known.Add(input.Name)) problems.Add(new($"two values called '{input.Name}'", "different names", Where: "graph inputs"));
        foreach (var node in nodes)
            foreach (string output in node.Outputs)
                if (output.Length > 0 && !known.Add(output)) problems.Add(new($"two values called '{output}'", "different names", Where: $"node '{node.Name}'"));
        foreach (var node in nodes)
            foreach (string input in node.Inputs)
                if (input.Length > 0 && !known.Contains(input)) problems.Add(new($"value '{input}' that nothing makes", "an input, an initialiser or another node's output", Where: $"node '{node.Name}'"));
        foreach (var output in outputs)
            if (!known.Contains(output.Name)) problems.Add(new($"output '{output.Name}' that nothing makes", "some node's output", Where: "graph outputs"));
        if (outputs.Count == 0) problems.Add(new("a graph without outputs", "at least one"));
    }

    static TensorInfo ReadInfo(ValueInfoProto info, string what)
    {
        string where = $"{what} '{info.Name}'";
        if (info.Type?.TensorType is not { } tensor) throw new InputException("a value that is no tensor", "a tensor", where: where);
        int[]? sizes = tensor.Shape?.Dim.Select(d => d.HasDimValue && d.DimValue is >= 0 and <= int.MaxValue ? (int)d.DimValue : -1).ToArray();
        return new TensorInfo(info.Name, ElementTypes.FromOnnx(tensor.ElemType, where), sizes);
    }
}
