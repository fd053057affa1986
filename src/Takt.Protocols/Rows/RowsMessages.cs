using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Takt.Protocols.Explanations;
using Takt.Protocols.Problems;

namespace Takt.Protocols.Rows;

/// <summary>What to do with a batch that holds bad rows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OnError>))]
public enum OnError
{
    /// <summary>Answer nothing; report every bad row (the default).</summary>
    [JsonStringEnumMemberName("fail")] Fail,

    /// <summary>Answer the good rows and report the bad ones beside them.</summary>
    [JsonStringEnumMemberName("skip")] Skip,
}

/// <summary>A request of rows by column name: <c>POST /api/models/{name}/predict</c>.</summary>
/// <param name="Rows">One object a row; keys are column names, with or without the unit in brackets; a missing key or null is a missing value.</param>
/// <param name="OnError">What to do with bad rows; default <see cref="OnError.Fail"/>.</param>
/// <param name="Explain">Whether to say why, row by row; default false.</param>
public sealed record RowsRequest(IReadOnlyList<JsonObject> Rows, OnError OnError = OnError.Fail, bool Explain = false)
{
    /// <summary>Where the rows come from, by name: station, recipe, product, … A deployment may send them to different versions. Null = not said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Parameters { get; init; }

    /// <summary>How explanations are found, if they are asked for. Default <see cref="ExplanationMethod.Occlusion"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ExplanationMethod Method { get; init; }

    /// <summary>1 is the most urgent, larger numbers come later; 0 = the deployment's default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Priority { get; init; }

    /// <summary>How long the caller waits, in milliseconds; null = the deployment's default. What cannot be answered in that time is refused at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TimeoutMs { get; init; }

    /// <summary>The moment after which the answer is worth nothing; null = none. With <see cref="TimeoutMs"/> too, the earlier holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? Deadline { get; init; }
}

/// <summary>The answer to a <see cref="RowsRequest"/>.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Task">Its task: classification or regression.</param>
/// <param name="Target">The column it predicts.</param>
/// <param name="Unit">The unit of the prediction, or null.</param>
/// <param name="Predictions">One for each good row (for windows: one for each complete window), in row order.</param>
/// <param name="Errors">One for each bad value, in row order; empty if all was well.</param>
public sealed record RowsResponse(
    string Model, string Version, string Task, string Target, string? Unit,
    IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Errors);

/// <summary>What is wrong with one value of one row.</summary>
/// <param name="Row">Position in the request, from 0.</param>
/// <param name="Problem">Found, expected, way out; <see cref="Problem.Where"/> names the column.</param>
public sealed record RowProblem(int Row, Problem Problem);
