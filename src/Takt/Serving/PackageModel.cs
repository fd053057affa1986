using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Tensors;

namespace Takt.Serving;

/// <summary>A package with its preparation as a served model: rows or tensors of raw columns in, decisions out.</summary>
sealed class PackageModel : IParallelModel
{
    readonly Predictor _predictor;
    readonly MeasuredMemory _memory;

    public PackageModel(Predictor predictor, TimeProvider clock)
    {
        PackageBackend.Check(predictor.Verify());
        _predictor = predictor;
        Description = Describe(predictor);
        _memory = new MeasuredMemory(this, clock);
    }

    public ModelDescription Description { get; }

    public long MemoryBytes => _memory.Bytes;

    public int Threads { get => _predictor.Plan.Threads; set => _predictor.Plan.Threads = value; }

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop)
    {
        var (predictions, problems, times) = _predictor.Predict(request.Rows, request.Explain, request.Method, stop);
        return new RowsAnswer(predictions, problems, PackageBackend.Measured(times));
    }

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop)
    {
        var (outputs, times) = _predictor.Infer(inputs, stop);
        return new TensorsAnswer(outputs, PackageBackend.Measured(times));
    }

    /// <summary>A predictor holds managed memory alone; what its kernels gave back goes too.</summary>
    public void Dispose() => TensorMemory.Trim();

    static ModelDescription Describe(Predictor predictor) => new(
        predictor.Package.Task, predictor.Target.Name, predictor.Target.Unit,
        [.. predictor.Inputs.Select(InputColumns.Of)], predictor.TensorInputs, predictor.TensorOutputs)
    {
        Classes = predictor.Target.Classes is { Count: > 0 } classes ? classes : null,
        PositiveClass = predictor.Target.Positive,
        Threshold = predictor.Target.Positive is null ? null : predictor.Package.Decision.Threshold,
        WindowLength = predictor.WindowLength,
        RowsStandAlone = predictor.Pipeline is { LooksBack: false, IsWindowed: false },
    };
}
