using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Graphs.Packages;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;

namespace Takt.Serving;

/// <summary>Serves <c>.takt</c> packages. A package is served only if it still answers its golden cases on this machine as it did where it was made.</summary>
sealed class PackageBackend : IModelBackend
{
    public Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop)
    {
        var predictor = Predictor.Load(packagePath);
        stop.ThrowIfCancellationRequested();
        var report = predictor.Verify();
        if (!report.Passed)
            throw new InputException(
                $"golden cases answered with a difference of {report.GreatestDifference:G3}", $"at most {report.Tolerance:G3}",
                "Run 'takt models verify' and 'takt doctor' on this machine");
        return Task.FromResult<IServedModel>(new PackageModel(predictor));
    }
}

/// <summary>One package as a served model.</summary>
sealed class PackageModel(Predictor predictor) : IServedModel
{
    public ModelDescription Description { get; } = new(
        predictor.Package.Task, predictor.Target.Name, predictor.Target.Unit,
        [.. predictor.Inputs.Select(ColumnOf)], predictor.TensorInputs, predictor.TensorOutputs)
    {
        Classes = predictor.Target.Classes is { Count: > 0 } classes ? classes : null,
        PositiveClass = predictor.Target.Positive,
        Threshold = predictor.Target.Positive is null ? null : predictor.Package.Decision.Threshold,
        WindowLength = predictor.WindowLength,
        RowsStandAlone = predictor.Pipeline is { LooksBack: false, IsWindowed: false },
    };

    /// <summary>The weights twice: as the package brought them, and packed for the kernels.</summary>
    public long MemoryBytes { get; } = 2L * predictor.Package.Model.CalculateSize();

    public RowsAnswer Predict(RowsRequest request, CancellationToken stop)
    {
        var (predictions, problems) = predictor.Predict(request.Rows, request.Explain, stop);
        return new RowsAnswer(predictions, problems);
    }

    public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop) => new(predictor.Infer(inputs, stop));

    /// <summary>A predictor holds managed memory alone.</summary>
    public void Dispose()
    {
    }

    static InputColumn ColumnOf(ColumnSchema column) => new(column.Name, column.Kind switch
    {
        ColumnKind.Number => InputKind.Number,
        ColumnKind.Boolean => InputKind.Boolean,
        ColumnKind.Time => InputKind.Time,
        _ => InputKind.Text,
    }, column.Unit)
    {
        Role = column.Role switch
        {
            ColumnRole.Time => InputRole.Time,
            ColumnRole.Group => InputRole.Group,
            _ => InputRole.Feature,
        },
        Minimum = column.Minimum,
        Maximum = column.Maximum,
        Categories = column.Categories,
        Typical = column.Typical,
    };
}
