using System.Globalization;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Serving.Calls;

/// <summary>The answer to a call with tensors.</summary>
/// <param name="Model">The model that answered: the one that was asked, or the deployment's fallback.</param>
/// <param name="Version">Its version.</param>
/// <param name="Outputs">The outputs that were wanted.</param>
/// <param name="Times">How long it took.</param>
public sealed record InferAnswer(string Model, string Version, IReadOnlyList<InferTensor> Outputs, CallTimes Times);

/// <summary>The answer to a call with rows.</summary>
/// <param name="Response">The predictions, with the model and version that made them.</param>
/// <param name="Times">How long it took.</param>
public sealed record PredictAnswer(RowsResponse Response, CallTimes Times);

/// <summary>Rows held bad values and the request wanted all or nothing.</summary>
/// <param name="rows">Each bad value, in row order.</param>
public sealed class RowsRejectedException(IReadOnlyList<RowProblem> rows) : InputException(
    [.. rows.Select(r => r.Problem with { Where = string.Create(CultureInfo.InvariantCulture, $"row {r.Row}{(r.Problem.Where is null ? "" : ", ")}{r.Problem.Where}") })])
{
    /// <summary>Each bad value, in row order.</summary>
    public IReadOnlyList<RowProblem> Rows { get; } = rows;
}

static class VersionNumbers
{
    /// <summary>Versions are texts on every wire.</summary>
    public static string ToWire(this int version) => version.ToString(CultureInfo.InvariantCulture);
}
