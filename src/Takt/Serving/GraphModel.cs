using Takt.Graphs.Checking.Rows;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;

namespace Takt.Serving;

/// <summary>A graph alone as a served model: its own tensors in and out.</summary>
sealed class GraphModel : IServedModel
{
    readonly TensorModel _model;
    readonly TimeProvider _clock;

    public GraphModel(Package package, TimeProvider clock)
    {
        _clock = clock;
        _model = new TensorModel(package.Model);
        PackageBackend.Check(package.Samples!.Verify(_model));
        Description = new ModelDescription(
            package.Task, package.Card.Target, Unit: null, Columns: [],
            [.. _model.Inputs.Select(i => i.Metadata())], [.. _model.Outputs.Select(o => o.Metadata(RankIn(package.Samples, o.Name)))])
        {
            Classes = _model.Labels.Count > 0 ? _model.Labels : null,
            RowsStandAlone = RowIndependence.Obstacle(package.Model) is null,
        };
        MemoryBytes = 2L * package.Model.CalculateSize();
    }

    public ModelDescription Description { get; }

    /// <summary>The weights twice: as the package brought them, and packed for the kernels.</summary>
    public long MemoryBytes { get; }

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop) => throw new InputException(
        "rows for a model that takes tensors", string.Join(", ", _model.Inputs),
        "Send tensors: POST /v2/models/NAME/infer; 'takt models show NAME --sample' writes a request");

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop)
    {
        var (outputs, times) = _model.Infer(inputs, _clock);
        return new TensorsAnswer(outputs, PackageBackend.Measured(times));
    }

    /// <summary>A plan holds managed memory alone.</summary>
    public void Dispose()
    {
    }

    /// <summary>Axes of an output as the golden cases have it, for graphs that do not say.</summary>
    static int RankIn(TensorCases samples, string output) => samples.Cases is [var first, ..] ? first.Outputs.First(o => o.Name == output).Shape.Count : 1;
}
