using Takt.Protocols.Problems;

namespace Takt.Graphs.Onnx;

/// <summary>Writes out the functions of a model: each call becomes the nodes of its function, so that nothing after this knows functions.</summary>
/// <remarks>A body's own names get the call's name in front. Node, attribute and name rules: ONNX IR specification, "Functions".</remarks>
sealed class FunctionInlining
{
    /// <summary>Calls within calls. Exporters stay below ten; each level takes a piece of the stack.</summary>
    const int DeepestCall = 100;

    readonly Dictionary<(string Domain, string Name, string Overload), FunctionProto> _functions = [];
    readonly HashSet<string> _names = [];
    readonly List<FunctionProto> _calls = [];   // from the graph inwards
    readonly int _mostNodes;
    int _nodes, _numbers;

    FunctionInlining(ModelProto model, int mostNodes)
    {
        _mostNodes = mostNodes;
        foreach (var function in model.Functions)
            if (!_functions.TryAdd((Domain(function.Domain), function.Name, function.Overload), function))
                throw new InputException($"two functions '{function.Name}' in domain '{function.Domain}'", "different names");
        foreach (var graph in ModelWalk.Graphs(model))
            _names.UnionWith(graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.SparseInitializer.Select(t => t.Values?.Name ?? "")));
        foreach (var node in ModelWalk.Nodes(model)) _names.UnionWith(node.Output);
    }

    /// <summary>The model without functions; the same object if it has none.</summary>
    /// <exception cref="InputException">A function calls itself, or writing all of them out takes too many nodes.</exception>
    public static ModelProto Run(ModelProto model, ModelLimits limits)
    {
        if (model.Functions.Count == 0) return model;
        var flat = model.Clone();   // shares the bytes of tensors
        var inlining = new FunctionInlining(flat, limits.Nodes);
        inlining.Inline(flat.Graph, Scope.Outermost);
        foreach (var import in flat.Functions.SelectMany(f => f.OpsetImport))
            if (flat.OpsetImport.All(o => Domain(o.Domain) != Domain(import.Domain))) flat.OpsetImport.Add(import.Clone());
        flat.Functions.Clear();
        return flat;
    }

    static string Domain(string domain) => domain == "ai.onnx" ? "" : domain;

    /// <summary>Writes out the calls in a graph, in place.</summary>
    void Inline(GraphProto graph, Scope scope)
    {
        var nodes = new List<NodeProto>(graph.Node.Count);
        foreach (var node in graph.Node) Add(node, scope, nodes);
        graph.Node.Clear();
        graph.Node.AddRange(nodes);
    }

    /// <summary>Adds a node that is the scope's own, or what it calls.</summary>
    void Add(NodeProto node, Scope scope, List<NodeProto> nodes)
    {
        if (++_nodes > _mostNodes) throw new InputException($"more than {_mostNodes:N0} nodes once functions are written out", "at most so many", "Export the model without functions.");
        scope.Apply(node);
        foreach (var graph in ModelWalk.Graphs(node))
        {
            var inner = scope.Inner();
            if (!scope.IsOutermost) Rename(graph, inner);
            Inline(graph, inner);
        }

        if (_functions.TryGetValue((Domain(node.Domain), node.OpType, node.Overload), out var function)) Expand(node, function, nodes);
        else nodes.Add(node);
    }

    void Expand(NodeProto call, FunctionProto function, List<NodeProto> nodes)
    {
        if (_calls.Exists(f => ReferenceEquals(f, function)))
            throw new InputException($"a function that calls itself: {string.Join(" → ", _calls.SkipWhile(f => !ReferenceEquals(f, function)).Append(function).Select(f => f.Name))}", "functions without recursion", where: $"node '{call.Name}' ({call.OpType})");
        if (_calls.Count == DeepestCall) throw new InputException($"functions that call functions more than {DeepestCall} deep", "fewer", where: $"node '{call.Name}' ({call.OpType})");
        if (call.Input.Count > function.Input.Count || call.Output.Count > function.Output.Count)
            throw new InputException(
                $"{call.Input.Count} inputs and {call.Output.Count} outputs", $"at most {function.Input.Count} and {function.Output.Count}, as function '{function.Name}' has", where: $"node '{call.Name}' ({call.OpType})");
        _calls.Add(function);
        string prefix = $"{(call.Name.Length > 0 ? call.Name : function.Name)}/";
        var scope = new Scope(call, function);
        for (int i = 0; i < function.Input.Count; i++) scope.Names[function.Input[i]] = i < call.Input.Count ? call.Input[i] : "";
        var passed = new List<(string From, string To)>();
        for (int i = 0; i < call.Output.Count; i++)
            if (call.Output[i].Length > 0 && !scope.Names.TryAdd(function.Output[i], call.Output[i])) passed.Add((function.Output[i], call.Output[i]));
        foreach (var node in function.Node)
            foreach (string output in node.Output)
                if (output.Length > 0 && !scope.Names.ContainsKey(output)) scope.Names[output] = Unique(prefix + output);
        foreach (var node in function.Node)
        {
            var copy = node.Clone();
            copy.Name = prefix + node.Name;
            Add(copy, scope, nodes);
        }

        foreach (var (from, to) in passed)   // an output that is one of the inputs, or given twice
            nodes.Add(new NodeProto { OpType = "Identity", Name = prefix + to, Input = { scope.Names[from] }, Output = { to } });
        _calls.RemoveAt(_calls.Count - 1);
    }

    /// <summary>A graph within a function's node: its own names must differ from call to call.</summary>
    void Rename(GraphProto graph, Scope scope)
    {
        foreach (string name in graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name))
            .Concat(graph.SparseInitializer.Select(t => t.Values?.Name ?? "")).Concat(graph.Node.SelectMany(n => n.Output)))
            if (name.Length > 0) scope.Names[name] = Unique(name);
        foreach (var input in graph.Input) input.Name = scope.Name(input.Name);
        foreach (var tensor in graph.Initializer) tensor.Name = scope.Name(tensor.Name);
        foreach (var sparse in graph.SparseInitializer)
            if (sparse.Values is { } values) values.Name = scope.Name(values.Name);
        foreach (var output in graph.Output) output.Name = scope.Name(output.Name);
        graph.ValueInfo.Clear();
    }

    string Unique(string wished)
    {
        string found = wished;
        while (!_names.Add(found)) found = $"{wished}_{++_numbers}";
        return found;
    }

    /// <summary>What names and attribute references mean in the body of one call.</summary>
    sealed class Scope
    {
        readonly Dictionary<string, AttributeProto> _attributes = [];

        Scope()
        {
        }

        public Scope(NodeProto call, FunctionProto function)
        {
            foreach (var attribute in function.AttributeProto) _attributes[attribute.Name] = attribute;
            foreach (var attribute in call.Attribute) _attributes[attribute.Name] = attribute;
        }

        /// <summary>The model's own graph: names and attributes are what they are.</summary>
        public static Scope Outermost { get; } = new();

        public bool IsOutermost => this == Outermost;

        public Dictionary<string, string> Names { get; private init; } = [];

        public Scope Inner()
        {
            if (IsOutermost) return this;
            var inner = new Scope { Names = new(Names) };
            foreach (var (name, attribute) in _attributes) inner._attributes[name] = attribute;
            return inner;
        }

        public string Name(string name) => Names.GetValueOrDefault(name, name);

        /// <summary>Puts the call's names and attributes into a node of the body.</summary>
        public void Apply(NodeProto node)
        {
            if (IsOutermost) return;
            for (int i = 0; i < node.Input.Count; i++) node.Input[i] = Name(node.Input[i]);
            for (int i = 0; i < node.Output.Count; i++) node.Output[i] = Name(node.Output[i]);
            for (int i = node.Attribute.Count - 1; i >= 0; i--)
            {
                if (node.Attribute[i].RefAttrName is not { Length: > 0 } reference) continue;
                if (_attributes.TryGetValue(reference, out var given))
                {
                    var value = given.Clone();
                    (value.Name, value.RefAttrName) = (node.Attribute[i].Name, "");
                    node.Attribute[i] = value;
                }
                else
                {
                    node.Attribute.RemoveAt(i);   // not given and without default: as if it were not there
                }
            }
        }
    }
}
