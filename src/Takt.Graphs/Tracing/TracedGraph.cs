using Takt.Graphs.Onnx;
using Takt.Tensors;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Tracing;

/// <summary>The graph as it grows step by step: who is called what.</summary>
sealed class TracedGraph
{
    readonly IReadOnlyList<string> _outputNames;
    readonly OpenSizes _sizes;
    readonly Pass _here, _other;
    readonly Dictionary<Tensor, string> _valueNames = [];
    readonly Dictionary<Tensor, string> _parameterNames;

    public TracedGraph(TraceNames names, IReadOnlyList<TracedInput> inputs, OpenSizes sizes, Pass here, Pass other)
    {
        (_outputNames, _sizes, _here, _other) = (names.Outputs ?? [names.Output], sizes, here, other);
        if (_outputNames.Count != here.Outputs.Count) throw new ArgumentException($"{_outputNames.Count} names for {here.Outputs.Count} outputs");
        _parameterNames = names.Parameters.ToDictionary(p => p.Value, p => p.Name);
        Builder = new GraphBuilder(names.Graph);
        for (int i = 0; i < inputs.Count; i++)
            _valueNames[here.Inputs[i]] = Builder.Input(inputs[i].Name, (DataType)here.Inputs[i].Type, sizes.Describe(here.Inputs[i].Shape, other.Inputs[i].Shape, inputs[i].Name));
        foreach (string output in _outputNames) Builder.Reserve(output);
    }

    /// <summary>Where nodes go.</summary>
    public GraphBuilder Builder { get; }

    /// <summary>Adds what one step did.</summary>
    /// <param name="record">From the one pass.</param>
    /// <param name="other">The same step of the pass over other sizes.</param>
    public void Add(TapeStep record, TapeStep other)
    {
        var mapping = Mappings.Of(record.Name)
            ?? throw new InvalidOperationException($"The network computes {record.Name}, which has no form in a served graph. Use it in training only (losses, for example).");
        CheckConstants(record, other);
        int output = _here.Outputs.ToList().IndexOf(record.Output);
        _valueNames[record.Output] = mapping(new Step(this, record, other, output < 0 ? null : _outputNames[output]));
    }

    /// <summary>The finished model.</summary>
    public ModelProto Build()
    {
        for (int i = 0; i < _outputNames.Count; i++)
        {
            var (output, wished) = (_here.Outputs[i], _outputNames[i]);
            string name = NameOf(output);
            if (name != wished) name = Builder.Node("Identity", [name], wished);   // the network ends in a step that is not part of the graph, or gives one value twice
            Builder.Output(name, (DataType)output.Type, _sizes.Describe(output.Shape, _other.Outputs[i].Shape, wished));
        }

        return Builder.Build();
    }

    /// <summary>The name of a value; weights enter the graph when they are first asked for.</summary>
    public string NameOf(Tensor value)
    {
        if (_valueNames.TryGetValue(value, out string? name)) return name;
        string wished = WeightsName(value);
        var straight = value.IsContiguous ? value : value.Copy();
        return _valueNames[value] = value.Type switch
        {
            ElementType.Float32 when _parameterNames.ContainsKey(value) => Builder.Weights(wished, straight.Values, value.Shape.Sizes),
            ElementType.Float32 => Builder.Constant(wished, straight.Values, value.Shape.Sizes),
            ElementType.Int64 => Builder.Integers(wished, straight.Indices, value.Shape.Sizes),
            ElementType.Bool => Builder.Mask(wished, straight.Mask, value.Shape.Sizes),
            var type => throw new InvalidOperationException($"A constant of {type} has no place in a graph yet: convert it to float32."),
        };
    }

    /// <summary>What weights are to be called.</summary>
    public string WeightsName(Tensor value) => _parameterNames.GetValueOrDefault(value, "constant");

    /// <summary>The name of a graph input and its axis that have this size in the one pass and that in the other, or null.</summary>
    public (string Value, int Axis)? Find(long here, long other)
    {
        for (int i = 0; i < _here.Inputs.Count; i++)
            for (int axis = 0; axis < _here.Inputs[i].Shape.Rank; axis++)
                if (_here.Inputs[i].Shape[axis] == here && _other.Inputs[i].Shape[axis] == other) return (_valueNames[_here.Inputs[i]], axis);
        return null;
    }

    /// <summary>A graph holds a constant once: it may not depend on open sizes, nor on the inputs' values.</summary>
    void CheckConstants(TapeStep record, TapeStep other)
    {
        for (int i = 0; i < record.Inputs.Count; i++)
        {
            Tensor a = record.Inputs[i], b = other.Inputs[i];
            if (a == b || _valueNames.ContainsKey(a)) continue;
            if (a.Shape != b.Shape)
                throw new InvalidOperationException($"{record.Name} reads a constant of shape {a.Shape} that grows with the batch (or another open size): make it from the input, or let it broadcast.");
            if (!Same(a, b))
                throw new InvalidOperationException($"{record.Name} reads a constant of shape {a.Shape} whose values change with the batch (or another open size): make it from the input by operations on tensors.");
        }
    }

    static bool Same(Tensor a, Tensor b) => !a.IsContiguous ? Same(a.Copy(), b.Copy()) : a.Type switch
    {
        ElementType.Float32 => a.Values.SequenceEqual(b.Values),
        ElementType.Int64 => a.Indices.SequenceEqual(b.Indices),
        ElementType.Bool => a.Mask.SequenceEqual(b.Mask),
        _ => true,
    };
}
