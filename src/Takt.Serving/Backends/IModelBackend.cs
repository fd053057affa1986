using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.Serving.Backends;

/// <summary>Makes served models of packages. Serving knows engines only through this; the program brings the real one.</summary>
public interface IModelBackend
{
    /// <summary>Loads a package, ready to answer at full speed.</summary>
    /// <param name="packagePath">A <c>.takt</c> file.</param>
    /// <param name="stop">Ends the loading early.</param>
    /// <exception cref="Protocols.Problems.InputException">The package is damaged or of a kind this backend does not know.</exception>
    Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop);
}

/// <summary>One loaded model version. All members may be used from several threads at once; it is disposed after its last call has ended.</summary>
public interface IServedModel : IDisposable
{
    /// <summary>What the model takes and gives.</summary>
    ModelDescription Description { get; }

    /// <summary>Answers rows by column name.</summary>
    /// <param name="request">
    /// The rows and whether to explain. Good rows are always answered and bad values always reported: the data plane applies <see cref="RowsRequest.OnError"/>.
    /// </param>
    /// <param name="stop">Ends the work early.</param>
    /// <exception cref="Protocols.Problems.InputException">The request as a whole cannot be answered, for example because it holds too few rows for a window.</exception>
    RowsAnswer Predict(RowsRequest request, CancellationToken stop);

    /// <summary>Answers tensors by name.</summary>
    /// <param name="inputs">One for each of <see cref="ModelDescription.Inputs"/>; the data plane has checked names, types and shapes against it.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <returns>One for each of <see cref="ModelDescription.Outputs"/>, in that order.</returns>
    /// <exception cref="Protocols.Problems.InputException">A value cannot be answered.</exception>
    IReadOnlyList<InferTensor> Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop);
}

/// <summary>A model's answer to rows.</summary>
/// <param name="Predictions">One for each good row (for windows: each complete window), in row order.</param>
/// <param name="Errors">One for each bad value, in row order.</param>
public sealed record RowsAnswer(IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Errors);
