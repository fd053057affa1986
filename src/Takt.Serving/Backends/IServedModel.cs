using Takt.Protocols.Explanations;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.Serving.Backends;

/// <summary>One loaded model version. All members may be used from several threads at once; disposing it, after its last call has ended, unloads it.</summary>
public interface IServedModel : IDisposable
{
    /// <summary>What the model takes and gives.</summary>
    ModelDescription Description { get; }

    /// <summary>Memory it holds, in bytes: weights, compiled graph and what it keeps for the next call.</summary>
    long MemoryBytes { get; }

    /// <summary>Answers rows by column name.</summary>
    /// <param name="request">
    /// The rows and whether to explain. Good rows are always answered and bad values always reported: the data plane applies <see cref="RowsRequest.OnError"/>.
    /// Where <see cref="ModelDescription.RowsStandAlone"/> holds, the rows may come from several callers.
    /// </param>
    /// <param name="stop">Ends the work early.</param>
    /// <exception cref="Protocols.Problems.InputException">The request as a whole cannot be answered, for example because it holds too few rows for a window.</exception>
    RowsAnswer Predict(RowsRequest request, CancellationToken stop);

    /// <summary>Answers tensors by name.</summary>
    /// <param name="inputs">
    /// One for each of <see cref="ModelDescription.Inputs"/>; the data plane has checked names, types and shapes against it.
    /// Where <see cref="ModelDescription.RowsStandAlone"/> holds, the rows may come from several callers. Their memory is the callers': it must not be kept after the answer.
    /// </param>
    /// <param name="stop">Ends the work early.</param>
    /// <returns>One tensor for each of <see cref="ModelDescription.Outputs"/>, in that order.</returns>
    /// <exception cref="Protocols.Problems.InputException">A value cannot be answered.</exception>
    TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop);
}

/// <summary>A loaded model whose answers in tensors can be explained. Rows are explained by every model, see <see cref="RowsRequest.Explain"/>.</summary>
public interface IExplainingModel : IServedModel
{
    /// <summary>Says what each element of the inputs contributed.</summary>
    /// <param name="inputs">As for <see cref="IServedModel.Infer"/>.</param>
    /// <param name="question">What of the answer, and how.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <exception cref="Protocols.Problems.InputException">The question does not fit the model.</exception>
    TensorAttribution Explain(IReadOnlyList<InferTensor> inputs, TensorQuestion question, CancellationToken stop);
}

/// <summary>A loaded model one call of which may be shared by several threads.</summary>
public interface IParallelModel : IServedModel
{
    /// <summary>Threads that may share a call, as the deployment's limits say; 0 = as many as the process has. Answers are the same to the last bit.</summary>
    int Threads { get; set; }
}

/// <summary>A loaded model that generates: it answers piece by piece.</summary>
public interface IStreamingModel : IServedModel
{
    /// <summary>Answers tensors piece by piece.</summary>
    /// <inheritdoc cref="IServedModel.Infer"/>
    IAsyncEnumerable<TensorsAnswer> InferStreamAsync(IReadOnlyList<InferTensor> inputs, CancellationToken stop);
}

/// <summary>A model's answer to rows.</summary>
/// <param name="Predictions">One for each good row (for windows: each complete window), in row order.</param>
/// <param name="Errors">One for each bad value, in row order.</param>
/// <param name="Times">Where the time went; default: not measured, and all of it counts as computing.</param>
public sealed record RowsAnswer(IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Errors, BackendTimes Times = default);

/// <summary>A model's answer to tensors.</summary>
/// <param name="Outputs">One for each of <see cref="ModelDescription.Outputs"/>, in that order.</param>
/// <param name="Times">Where the time went; default: not measured, and all of it counts as computing.</param>
public sealed record TensorsAnswer(IReadOnlyList<InferTensor> Outputs, BackendTimes Times = default);

/// <summary>Where the time of a call went inside the model. What is left of the call is output: from the graph's tensors to the answer.</summary>
/// <param name="Input">Reading rows or tensors and preparing them: the pipeline.</param>
/// <param name="Compute">Running the graph; zero = not measured.</param>
public readonly record struct BackendTimes(TimeSpan Input, TimeSpan Compute)
{
    /// <summary>The whole time of a call, shared out.</summary>
    internal (TimeSpan Input, TimeSpan Compute, TimeSpan Output) Split(TimeSpan whole) =>
        Compute == TimeSpan.Zero ? (default, whole, default) : (Input, Compute, TimeSpan.FromTicks(Math.Max(0, (whole - Input - Compute).Ticks)));
}
