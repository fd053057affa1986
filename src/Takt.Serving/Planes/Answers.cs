using System.Globalization;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Serving.Planes;

/// <summary>A model's answer to tensors.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Outputs">The outputs that were wanted.</param>
public sealed record InferAnswer(string Model, string Version, IReadOnlyList<InferTensor> Outputs);

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
