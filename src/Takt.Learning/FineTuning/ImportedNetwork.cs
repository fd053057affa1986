using Takt.Graphs.Differentiation;
using Takt.Graphs.Onnx;
using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.FineTuning;

/// <summary>A graph from a file as a network: its weights are the parameters, those that are not chosen stay as they are.</summary>
sealed class ImportedNetwork : Layer
{
    readonly string _name;
    readonly Ending _ending;
    readonly DifferentiableGraph _graph;

    ImportedNetwork(string name, Ending ending, DifferentiableGraph graph)
    {
        (_name, _ending, _graph) = (name, ending, graph);
        OwnParameters = [.. graph.Parameters.Select(p => new Parameter(p.Name, p.Value))];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters { get; }

    /// <summary>What people should know of how the model was fitted to the data.</summary>
    public IReadOnlyList<string> Notes => _ending.Notes;

    /// <summary>Fits a model to the data: opens its batch, takes its output function off, gives it another last layer if it has other outputs, and chooses what is trained.</summary>
    /// <param name="model">The model.</param>
    /// <param name="spec">What is trained.</param>
    /// <param name="objective">What it is to learn.</param>
    /// <param name="samples">What it is to learn from; a few are tried.</param>
    /// <param name="random">Source of a new last layer's weights.</param>
    /// <exception cref="InputException">The model does not take such samples, or has no last layer that can be replaced; or the spec names weights that it does not have.</exception>
    public static ImportedNetwork Of(BaseModel model, BaseModelSpec spec, Objective objective, Samples samples, Generator random)
    {
        var ending = new Ending(model, objective);
        var graph = Load(ending, samples, out int outputs);
        if (ending.Fit(outputs, Answers(graph, samples), random)) graph = Load(ending, samples, out _);
        graph.Train(Chosen(graph, spec, ending));
        return new ImportedNetwork(model.Name, ending, graph);
    }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => _graph.Run(x)[0];

    /// <summary>The graph with the weights as they are now, and the output function behind it.</summary>
    public ModelProto ToModel() => _ending.Close(_graph.ToModel());

    /// <inheritdoc/>
    public override string ToString() => $"graph {_name}";

    static DifferentiableGraph Load(Ending ending, Samples samples, out int outputs)
    {
        var graph = DifferentiableGraph.Load(ending.Model);
        var shape = Answers(graph, samples).Shape;
        if (graph.Outputs.Count != 1 || shape.Rank != 2)
            throw new InputException($"a model that gives {string.Join(" and ", graph.Outputs)}", "one output [rows, numbers]", "Export the model with the output that is to be trained alone.", "model.from");
        outputs = shape[1];
        return graph;
    }

    /// <summary>What the model makes of a few samples.</summary>
    static Tensor Answers(DifferentiableGraph graph, Samples samples)
    {
        const int most = 16;
        int count = Math.Min(samples.Count, most);
        try
        {
            return graph.Run(Tensor.Of(samples.Features.AsSpan(0, count * samples.Shape.Length), [count, .. samples.Shape.Sizes]))[0];
        }
        catch (InputException wrong)
        {
            throw new InputException([.. wrong.Problems, new(
                $"samples of shape {samples.Shape}", $"what the model was made for: {string.Join(" and ", graph.Inputs)}",
                "Prepare the data as the model's was: the same columns, steps and window. A package brings its own preparation.", "model.from")]);
        }
    }

    static Func<GraphParameter, bool> Chosen(DifferentiableGraph graph, BaseModelSpec spec, Ending ending)
    {
        string[] known = [.. graph.Parameters.Where(p => !p.IsStatistic).Select(p => p.Name)];
        if (known.Length == 0) throw new InputException($"a model without weights", "weights to train", where: "model.from");
        if (spec.Names is { } names)
        {
            Problem[] unknown = [.. names.Where(name => !known.Contains(name)).Select(name =>
                new Problem($"no weight '{name}' in {spec.From}", $"weights of the model: {string.Join(", ", known.Take(20))}{(known.Length > 20 ? ", …" : "")}", NearestName.Suggest(name, known), "model.train"))];
            if (unknown.Length > 0) throw new InputException(unknown);
            return p => names.Contains(p.Name) || ending.NewWeights.Contains(p.Name);
        }

        if (spec.LastLayers is not { } last) return _ => true;
        var layers = graph.Parameters.Where(p => !p.IsStatistic).Select(p => p.Layer).Distinct().OrderDescending().Take(last).ToHashSet();
        return p => layers.Contains(p.Layer) || ending.NewWeights.Contains(p.Name);
    }
}
