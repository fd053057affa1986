using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;

namespace Takt.Graphs.Packages;

/// <summary>What a run yields and a server serves: the model with everything it needs to be used, judged and checked. One <c>.takt</c> file.</summary>
public sealed record Package
{
    /// <summary>The model's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it does: <c>classification</c>, <c>regression</c>, …</summary>
    public required string Task { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Version of Takt that made it; default this one.</summary>
    public string Takt { get; init; } = typeof(Package).Assembly.GetName().Version!.ToString(3);

    /// <summary>The network as a graph (<c>model.onnx</c>): prepared inputs in, probabilities or coded values out.</summary>
    public required ModelProto Model { get; init; }

    /// <summary>The model's file byte for byte, where it was made elsewhere; null for what Takt traced.</summary>
    public OnnxSource? Source { get; init; }

    /// <summary>Whether this is a graph alone, imported without preparation: tensors in, tensors out.</summary>
    public bool IsGraphAlone => Pipeline is null;

    /// <summary>The fitted preparation, as <c>Pipeline.ToJson</c> writes it (<c>pipeline.json</c>); null for a graph alone.</summary>
    public JsonNode? Pipeline { get; init; }

    /// <summary>How target values are coded, as <c>TargetCoding.ToJson</c> writes it (<c>target.json</c>); null for a graph alone.</summary>
    public JsonNode? Target { get; init; }

    /// <summary>The columns of the training data (<c>schema.json</c>); for a graph alone the columns that its inputs stand for, or null.</summary>
    public Schema? Schema { get; init; }

    /// <summary>From probability to decision (<c>decision.json</c>).</summary>
    public Decision Decision { get; init; } = new();

    /// <summary>Metrics of the training, validation and test part (<c>metrics.json</c>).</summary>
    public required JsonNode Metrics { get; init; }

    /// <summary>What people should know of the model (<c>card.md</c> and <c>card.json</c>).</summary>
    public required ModelCard Card { get; init; }

    /// <summary>Prepared inputs with the answers of the trained network (<c>golden.json</c>); null for a graph alone.</summary>
    public GoldenCases? Golden { get; init; }

    /// <summary>Tensors with the answers of a graph alone (<c>golden.json</c>); null where there is a preparation.</summary>
    public TensorCases? Samples { get; init; }

    /// <summary>Repeats the golden cases on this machine.</summary>
    /// <exception cref="Protocols.Problems.InputException">The graph holds operators that Takt does not compute.</exception>
    public GoldenReport Verify() => Samples is { } samples ? samples.Verify(new TensorModel(Model)) : Golden!.Verify(Plan.Compile(Model));
}

/// <summary>From probability to decision, for models of two classes.</summary>
/// <param name="Threshold">The positive class is decided on from this probability on.</param>
/// <param name="Metric">What the threshold was chosen for, on the validation part (<c>f1</c>); null if it was not chosen.</param>
/// <param name="Value">What the metric reached there.</param>
public sealed record Decision(double Threshold = 0.5, string? Metric = null, double? Value = null);
