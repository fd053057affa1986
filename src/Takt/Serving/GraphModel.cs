using Takt.Graphs.Checking.Rows;
using Takt.Graphs.Packages;
using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Tensors;

namespace Takt.Serving;

/// <summary>A graph alone as a served model: its own tensors in and out, and rows where its inputs have been given column names.</summary>
sealed class GraphModel : IExplainingModel, IParallelModel
{
    readonly TensorModel _model;
    readonly TensorExplainer _explainer;
    readonly TabularModel? _rows;
    readonly TimeProvider _clock;
    readonly MeasuredMemory _memory;

    public GraphModel(Package package, TimeProvider clock)
    {
        _clock = clock;
        _model = new TensorModel(package.Model);
        if (package.Schema is { } schema) _rows = new TabularModel(_model, schema);
        PackageBackend.Check(package.Samples!.Verify(_model));
        Description = new ModelDescription(
            package.Task, package.Card.Target, Unit: null, [.. package.Schema?.Columns.Select(InputColumns.Of) ?? []],
            [.. _model.Inputs.Select(i => i.Metadata())], [.. _model.Outputs.Select(o => o.Metadata(RankIn(package.Samples, o.Name)))])
        {
            Classes = _model.Labels.Count > 0 ? _model.Labels : null,
            RowsStandAlone = RowIndependence.Obstacle(package.Model) is null,
        };
        _explainer = new TensorExplainer(_model, package.Model);
        _memory = new MeasuredMemory(this, clock);
    }

    public ModelDescription Description { get; }

    public long MemoryBytes => _memory.Bytes;

    public int Threads { get => _model.Plan.Threads; set => _model.Plan.Threads = value; }

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop)
    {
        if (_rows is null)
            throw new InputException("rows for a model that takes tensors", string.Join(", ", _model.Inputs),
                request.Explain ? "Send tensors as 'inputs'; 'takt models show NAME --sample' writes some"
                    : "Send tensors: POST /v2/models/NAME/infer; 'takt models show NAME --sample' writes a request. Or import it again and name its columns with --columns");
        if (request is { Explain: true, Method: ExplanationMethod.Gradients })
            throw new InputException("method integrated-gradients for the rows of an imported graph", "occlusion or auto", "Send tensors as 'inputs': those are explained by gradients where the graph has derivatives throughout");
        var (predictions, problems, times) = _rows.Predict(request.Rows, _clock, request.Explain, stop);
        return new RowsAnswer(predictions, problems, PackageBackend.Measured(times));
    }

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop)
    {
        var (outputs, times) = _model.Infer(inputs, _clock, stop);
        return new TensorsAnswer(outputs, PackageBackend.Measured(times));
    }

    public TensorAttribution Explain(IReadOnlyList<InferTensor> inputs, TensorQuestion question, CancellationToken stop) => _explainer.Explain(inputs, question, stop);

    /// <summary>A plan holds managed memory alone; what its kernels gave back goes too.</summary>
    public void Dispose() => TensorMemory.Trim();

    /// <summary>Axes of an output as the golden cases have it, for graphs that do not say.</summary>
    static int RankIn(TensorCases samples, string output) => samples.Cases is [var first, ..] ? first.Outputs.First(o => o.Name == output).Shape.Count : 1;
}
