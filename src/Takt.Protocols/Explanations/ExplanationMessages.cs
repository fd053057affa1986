using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;

namespace Takt.Protocols.Explanations;

/// <summary>Rows, or tensors, whose answers are to be explained: <c>POST /api/models/{name}:explain</c>. A model of columns takes <paramref name="Rows"/>, a graph alone takes <paramref name="Inputs"/>.</summary>
/// <param name="Rows">One object a row, as for a prediction.</param>
/// <param name="OnError">Rows: what to do with bad ones; null = <see cref="OnError.Fail"/>.</param>
/// <param name="Inputs">Tensors, as in the Open Inference Protocol.</param>
/// <param name="Baseline">Tensors: what the inputs are compared with, one for each of those that should not be compared with zeros.</param>
/// <param name="Output">Tensors: the output that is explained; null = the first of floats.</param>
/// <param name="Index">Tensors: which number of the output's row; null = the largest, row by row.</param>
/// <param name="Method">How; default <see cref="ExplanationMethod.Auto"/>.</param>
/// <param name="Parameters">Where they come from, by name: station, recipe, … A deployment may send them to different versions.</param>
/// <param name="Priority">1 is the most urgent; 0 = the deployment's default.</param>
/// <param name="TimeoutMs">How long the caller waits, in milliseconds; null = the deployment's default.</param>
/// <param name="Deadline">The moment after which the answer is worth nothing; null = none.</param>
public sealed record ExplainRequest(
    IReadOnlyList<JsonObject>? Rows = null, OnError? OnError = null, IReadOnlyList<InferTensor>? Inputs = null, IReadOnlyList<InferTensor>? Baseline = null, string? Output = null, int? Index = null,
    ExplanationMethod Method = ExplanationMethod.Auto, IReadOnlyDictionary<string, string>? Parameters = null, int Priority = 0, double? TimeoutMs = null,
    DateTimeOffset? Deadline = null);

/// <summary>The explanations of rows.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Task">Its task: classification or regression.</param>
/// <param name="Target">The column it predicts.</param>
/// <param name="Unit">The unit of scores and effects; null for probabilities.</param>
/// <param name="Explanations">One for each good row (for windows: one for each complete window), in row order.</param>
/// <param name="Errors">One for each bad value, in row order; empty if all was well.</param>
public sealed record RowExplanations(
    string Model, string Version, string Task, string Target, string? Unit, IReadOnlyList<RowExplanation> Explanations, IReadOnlyList<RowProblem> Errors);

/// <summary>Why a row was answered so.</summary>
/// <param name="Row">Position in the request, from 0; for windows the position of the window's last row.</param>
/// <param name="Value">The answer.</param>
/// <param name="Method">How the contributions were found: <c>integrated-gradients</c> or <c>occlusion</c>.</param>
/// <param name="Score">What is explained: the probability (two classes: of the positive one; more: of the answer), or the value in the target's unit.</param>
/// <param name="Baseline">The same for the typical row of the training data.</param>
/// <param name="Contributions">One an input column, the largest first.</param>
/// <param name="Completeness">Whether the contributions add up.</param>
public sealed record RowExplanation(int Row, JsonValue Value, string Method, double Score, double Baseline, IReadOnlyList<Contribution> Contributions, Completeness Completeness);

/// <summary>How far contributions add up to what they explain.</summary>
/// <param name="Difference">Score less baseline.</param>
/// <param name="Sum">All contributions together.</param>
/// <param name="Unexplained">Difference less sum: 0 up to the steps of the way by gradients, anything where inputs act together by occlusion.</param>
public sealed record Completeness(double Difference, double Sum, double Unexplained)
{
    /// <summary>Compares contributions with what they explain.</summary>
    public static Completeness Of(double score, double baseline, double sum) => new(score - baseline, sum, score - baseline - sum);
}

/// <summary>The explanations of tensors.</summary>
/// <param name="Model">The model that answered.</param>
/// <param name="Version">Its version.</param>
/// <param name="Output">The output that is explained.</param>
/// <param name="Method">How the contributions were found: <c>integrated-gradients</c> or <c>occlusion</c>.</param>
/// <param name="Explanations">One a row; one for the whole request where the model has no batch.</param>
/// <param name="Contributions">One for each input, of its shape: what each element contributed.</param>
public sealed record TensorExplanations(string Model, string Version, string Output, string Method, IReadOnlyList<TensorRowExplanation> Explanations, IReadOnlyList<InferTensor> Contributions);

/// <summary>What was explained of one row.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Index">Which number of the output's row.</param>
/// <param name="Class">What that number is called, where the model tells; null otherwise.</param>
/// <param name="Score">That number.</param>
/// <param name="Baseline">The same for the baseline.</param>
/// <param name="Completeness">Whether the contributions add up.</param>
public sealed record TensorRowExplanation(
    int Row, int Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Class, double Score, double Baseline, Completeness Completeness);

/// <summary>The messages about explanations for System.Text.Json.</summary>
[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ExplainRequest))]
[JsonSerializable(typeof(RowExplanations))]
[JsonSerializable(typeof(TensorExplanations))]
public sealed partial class ExplanationsJson : JsonSerializerContext;
