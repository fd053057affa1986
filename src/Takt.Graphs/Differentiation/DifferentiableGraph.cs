using Takt.Graphs.Checking;
using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>A graph run on the tape: whatever its origin, gradients go back to its inputs and its weights, so that it can be explained and trained further.</summary>
/// <remarks>
/// <code>
/// var graph = DifferentiableGraph.Load(ModelFile.Read("model.onnx"));
/// using var tape = Tape.Start();
/// var loss = graph.Run(x)[0].MeanSquaredError(y);
/// tape.Backward(loss);                      // graph.Parameters[i].Value.Gradient
/// </code>
/// Everything is computed in single precision. Batch norms use the statistics in the file and dropout drops nothing, as in a served graph.
/// For serving there is <see cref="Plan"/>, which is faster by far.
/// </remarks>
public sealed class DifferentiableGraph
{
    readonly ModelProto _model;
    readonly Graph _graph;
    readonly Activity _activity;
    readonly Dictionary<string, GraphValue> _constants;
    readonly List<Node> _nodes = [];

    DifferentiableGraph(ModelProto model, Graph graph)
    {
        (_model, _graph) = (model, graph);
        Parameters = GraphWeights.Find(graph);
        var weights = Parameters.Select(p => p.Name).ToHashSet();
        _activity = new Activity(graph, weights);
        _constants = graph.Constants.Where(c => !weights.Contains(c.Key)).ToDictionary(c => c.Key, c => new GraphValue(c.Value));
        foreach (var node in graph.Nodes)
            if (!Fold(node)) _nodes.Add(node);
        Train(_ => true);
    }

    /// <summary>What a run needs, in graph order.</summary>
    public IReadOnlyList<TensorInfo> Inputs => _graph.Inputs;

    /// <summary>What a run gives, in graph order.</summary>
    public IReadOnlyList<TensorInfo> Outputs => _graph.Outputs;

    /// <summary>The weights, in the order in which the graph reads them; all but statistics require a gradient until <see cref="Train"/> says otherwise.</summary>
    public IReadOnlyList<GraphParameter> Parameters { get; }

    /// <summary>Makes a model ready.</summary>
    /// <exception cref="InputException">The model is damaged, or gradients would have to go through operators that have none here; all of them are listed.</exception>
    public static DifferentiableGraph Load(ModelProto model)
    {
        model = FunctionInlining.Run(model, ModelLimits.Default);
        ModelChecker.Check(model, ModelLimits.Default);
        return new DifferentiableGraph(model, GraphReader.Read(model, ShapeInference.Run(model).Types));
    }

    /// <summary>Chooses the weights that gradients are computed for. Statistics never have one.</summary>
    public void Train(Func<GraphParameter, bool> chosen)
    {
        foreach (var parameter in Parameters) parameter.Value.RequiresGradient = !parameter.IsStatistic && chosen(parameter);
    }

    /// <summary>Runs the graph; on a tape, gradients flow back.</summary>
    /// <param name="inputs">One for each of <see cref="Inputs"/>, in order: numbers as float32, tokens as Int64, masks as Bool.</param>
    /// <returns>The outputs, in graph order.</returns>
    /// <exception cref="InputException">An input does not fit, or a node cannot compute what it is given.</exception>
    public IReadOnlyList<Tensor> Run(params IReadOnlyList<Tensor> inputs)
    {
        CheckInputs(inputs);
        var run = new GraphRun(_activity, _graph, _constants);
        for (int i = 0; i < inputs.Count; i++) run.Set(Inputs[i].Name, new GraphValue(inputs[i], Inputs[i].Type));
        foreach (var parameter in Parameters) run.Set(parameter.Name, new GraphValue(parameter.Value));
        run.Run(_nodes);
        return [.. Outputs.Select(o => run.Find(o.Name)!.Tensor.Contiguous())];
    }

    /// <summary>The model as it was read, with the weights as they are now.</summary>
    public ModelProto ToModel() => GraphWeights.Write(_model, Parameters);

    /// <summary>Computes once what is the same in every run.</summary>
    bool Fold(Node node)
    {
        if (node.Graphs.Count > 0 || _activity.Reaches(_graph, node) || !node.Inputs.All(name => name.Length == 0 || _constants.ContainsKey(name))) return false;
        var made = GraphRun.ByKernel(node, [.. node.Inputs.Select(name => _constants.GetValueOrDefault(name))]);
        for (int i = 0; i < made.Count; i++)
            if (made[i] is { } value) _constants[node.Outputs[i]] = value;
        return true;
    }

    void CheckInputs(IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count != Inputs.Count) throw new InputException($"{inputs.Count} inputs", string.Join(" and ", Inputs));
        var problems = new List<Problem>();
        for (int i = 0; i < inputs.Count; i++)
        {
            var (info, shape) = (Inputs[i], inputs[i].Shape);
            bool fits = info.Sizes is null || (info.Sizes.Count == shape.Rank && info.Sizes.Select((size, axis) => size < 0 || size == shape[axis]).All(same => same));
            if (!fits || Activity.IsFloat(info.Type) != (inputs[i].Type == ElementType.Float32)) problems.Add(new($"{inputs[i].Type} {shape}", $"{info}", Where: $"input '{info.Name}'"));
        }

        if (problems.Count > 0) throw new InputException(problems);
    }
}
