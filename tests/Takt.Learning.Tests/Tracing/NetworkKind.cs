using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Tracing;
using Takt.Learning.Layers;
using Takt.Tensors;

namespace Takt.Learning.Tests.Tracing;

/// <summary>A network to trace: what it computes, its weights, and inputs of any open sizes.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Forward">The network in evaluation.</param>
/// <param name="Layers">Where its parameters are.</param>
/// <param name="Inputs">Samples; their sizes along open axes change from run to run.</param>
sealed record NetworkKind(string Name, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> Forward, IReadOnlyList<NamedLayer> Layers, params IReadOnlyList<TracedInput> Inputs)
{
    /// <summary>Names of the outputs.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = ["output"];

    public IReadOnlyList<Parameter> Parameters => new Sequential(Layers).Parameters();

    public ModelProto Trace() => Tracer.Trace(Forward, Inputs, new TraceNames { Outputs = Outputs, Parameters = [.. Parameters.Select(p => (p.Name, p.Value))] });

    /// <summary>The samples at other sizes than they were traced with.</summary>
    /// <param name="batch">Size of the batch.</param>
    /// <param name="longer">Added to every other open size.</param>
    public Tensor[] At(int batch, int longer) => [.. Inputs.Select(input => input.Open.Aggregate(input.Sample, (sample, open) =>
    {
        int given = sample.Shape[open.Key], size = open.Key == 0 ? batch : given + longer;
        return sample.Gather(open.Key, Tensor.OfIndices([.. Enumerable.Range(0, size).Select(i => (long)i % given)], size));
    }))];

    /// <summary>What the network itself answers.</summary>
    public NamedTensor[] Answer(Tensor[] inputs)
    {
        using var tape = Tape.Scratch();
        return [.. Forward(inputs).Select((y, i) => Named(Outputs[i], y))];
    }

    /// <summary>A network of one input and one output.</summary>
    public static NetworkKind Of(string name, Layer layer, TracedInput input) => new(name, x => [layer.Forward(x[0], Mode.Evaluation)], [new("net", layer)], input);

    public static NamedTensor Named(string name, Tensor x) => (x = x.Contiguous()).Type switch
    {
        ElementType.Int64 => NamedTensor.Of<long>(name, x.Indices, x.Shape.Sizes),
        ElementType.Bool => NamedTensor.Of<bool>(name, x.Mask, x.Shape.Sizes),
        _ => NamedTensor.Of<float>(name, x.Values, x.Shape.Sizes),
    };
}
