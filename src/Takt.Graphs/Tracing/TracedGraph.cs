using Takt.Graphs.Onnx;
using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>The graph as it grows record by record: who is called what.</summary>
sealed class TracedGraph
{
    readonly TraceNames _names;
    readonly Pass _pass;
    readonly Dictionary<Tensor, string> _valueNames = [];
    readonly Dictionary<Tensor, string> _parameterNames;

    public TracedGraph(TraceNames names, Pass pass)
    {
        (_names, _pass) = (names, pass);
        _parameterNames = names.Parameters.ToDictionary(p => p.Value, p => p.Name);
        Builder = new GraphBuilder(names.Graph);
        _valueNames[pass.Input] = Builder.Input(names.Input, WithOpenBatch(pass.Input.Shape));
    }

    /// <summary>Where nodes go.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>Adds what one record did.</summary>
    /// <param name="record">From the pass over two rows.</param>
    /// <param name="other">The same step of the pass over three rows.</param>
    public void Add(Record record, Record other)
    {
        var mapping = Mappings.Of(record.Name)
            ?? throw new InvalidOperationException($"The network computes {record.Name}, which has no form in a served graph. Use it in training only (losses, for example).");
        CheckConstants(record, other);
        string? wished = record.Output == _pass.Output ? _names.Output : null;
        _valueNames[record.Output] = mapping(new Step(this, record, other, wished));
    }

    /// <summary>The finished model.</summary>
    public ModelProto Build(Tensor output)
    {
        string name = _valueNames[output];
        if (name != _names.Output) name = Builder.Node("Identity", [name], _names.Output);   // the network ends in a step that is not part of the graph
        Builder.Output(name, WithOpenBatch(output.Shape));
        return Builder.Build();
    }

    /// <summary>The name of a value; weights enter the graph when they are first asked for.</summary>
    public string NameOf(Tensor value)
    {
        if (_valueNames.TryGetValue(value, out string? name)) return name;
        return _valueNames[value] = Builder.Weights(WeightsName(value), value.Values, value.Shape.Sizes);
    }

    /// <summary>What weights are to be called.</summary>
    public string WeightsName(Tensor value) => _parameterNames.GetValueOrDefault(value, "constant");

    /// <summary>A constant may not depend on the batch: a graph holds it once.</summary>
    void CheckConstants(Record record, Record other)
    {
        for (int i = 0; i < record.Inputs.Count; i++)
            if (!_valueNames.ContainsKey(record.Inputs[i]) && record.Inputs[i].Shape != other.Inputs[i].Shape)
                throw new InvalidOperationException(
                    $"{record.Name} reads a constant of shape {record.Inputs[i].Shape} that grows with the batch: make it from the input, or let it broadcast.");
    }

    static int?[] WithOpenBatch(Shape shape) => [null, .. shape.Sizes[1..].ToArray().Select(size => (int?)size)];
}

/// <summary>One step on its way into the graph.</summary>
/// <param name="Graph">The graph so far.</param>
/// <param name="Record">What ran, on two rows.</param>
/// <param name="Other">The same on three rows.</param>
/// <param name="WishedName">What its output is to be called, or null.</param>
sealed record Step(TracedGraph Graph, Record Record, Record Other, string? WishedName)
{
    public GraphBuilder Builder => Graph.Builder;

    /// <summary>The name of an input.</summary>
    public string Input(int index) => Graph.NameOf(Record.Inputs[index]);

    /// <summary>All inputs.</summary>
    public string[] Inputs => [.. Record.Inputs.Select(Graph.NameOf)];

    /// <summary>All attributes, as they are.</summary>
    public (string, object)[] Attributes => [.. Record.Attributes.Select(a => (a.Name, a.Value))];

    /// <summary>One attribute.</summary>
    public object Attribute(string name) => Record.Attributes.First(a => a.Name == name).Value;
}
