using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Takt.Protocols.Rows;

/// <summary>What a model says about one row. The command line, the HTTP doors and the pages all give this same record.</summary>
/// <param name="Row">Position in what was asked, from 0; for windows the position of the window's last row.</param>
/// <param name="Value">The decision: the class label, or the number in the target's unit.</param>
/// <param name="Probability">Classification: probability of the decided-on event (two classes: of the positive class; more: of <paramref name="Value"/>), 0 to 1.</param>
/// <param name="Probabilities">Classification: one probability a class, in class order; they sum to 1.</param>
/// <param name="Explanation">Why, if it was asked for.</param>
public sealed record RowPrediction(
    int Row,
    JsonValue Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Probability = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, double>? Probabilities = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Explanation? Explanation = null);

/// <summary>Why a model answered so: what each input contributed, largest first.</summary>
/// <param name="Method">How it was computed, for example <c>occlusion</c>.</param>
/// <param name="Baseline">The model's answer for the typical row of the training data (probability, or value in the target's unit).</param>
/// <param name="Contributions">One an input column, the largest effect first.</param>
public sealed record Explanation(string Method, double Baseline, IReadOnlyList<Contribution> Contributions);

/// <summary>One input's share in an answer.</summary>
/// <param name="Column">The input column.</param>
/// <param name="Unit">Its unit, or null.</param>
/// <param name="Value">What the row holds there.</param>
/// <param name="Typical">What the training data typically holds there.</param>
/// <param name="Effect">Answer as it is minus answer with this input at its typical value: positive means that it raised the answer.</param>
public sealed record Contribution(string Column, string? Unit, JsonValue? Value, JsonValue? Typical, double Effect);
