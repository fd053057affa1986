using System.Text.Json.Serialization;
using Takt.Protocols.OpenInference;

namespace Takt.Serving.Backends;

/// <summary>What a served model takes and gives: enough to draw a form for it, to feed it from signals and to answer a protocol's metadata call.</summary>
/// <param name="Task">classification or regression.</param>
/// <param name="Target">The column it predicts.</param>
/// <param name="Unit">The unit of the prediction, or null.</param>
/// <param name="Columns">The columns of a row, in order.</param>
/// <param name="Inputs">The tensors it takes.</param>
/// <param name="Outputs">The tensors it gives.</param>
public sealed record ModelDescription(
    string Task, string Target, string? Unit,
    IReadOnlyList<InputColumn> Columns,
    IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs)
{
    /// <summary>Kind of the model file, for the Open Inference Protocol's metadata. Default <c>takt_onnx</c>.</summary>
    public string Platform { get; init; } = "takt_onnx";

    /// <summary>Classification: the class labels in the order of the model's probabilities; null otherwise.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Two classes: the label whose probability is given and compared with <see cref="Threshold"/>; null otherwise.</summary>
    public string? PositiveClass { get; init; }

    /// <summary>Two classes: the probability from which the positive class is decided, 0 to 1; null otherwise.</summary>
    public double? Threshold { get; init; }

    /// <summary>Rows that make one prediction: 1, or the length of the window.</summary>
    public int WindowLength { get; init; } = 1;

    /// <summary>Whether it answers piece by piece. The data plane tells; a backend need not.</summary>
    public bool Generates { get; init; }

    /// <summary>
    /// Whether a row's answer depends on that row alone and each row gives one answer, so that the rows of several callers may be computed together. The first axis
    /// of every tensor is then the row. Default no.
    /// </summary>
    public bool RowsStandAlone { get; init; }
}

/// <summary>What kind of values a column takes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InputKind>))]
public enum InputKind
{
    /// <summary>A number.</summary>
    [JsonStringEnumMemberName("number")] Number,

    /// <summary>true or false.</summary>
    [JsonStringEnumMemberName("boolean")] Boolean,

    /// <summary>Text, usually one of the column's categories.</summary>
    [JsonStringEnumMemberName("text")] Text,

    /// <summary>A point in time, ISO 8601.</summary>
    [JsonStringEnumMemberName("time")] Time,
}

/// <summary>What a column is for in a row of a request.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<InputRole>))]
public enum InputRole
{
    /// <summary>An input of the model.</summary>
    [JsonStringEnumMemberName("feature")] Feature,

    /// <summary>Orders the rows of a window.</summary>
    [JsonStringEnumMemberName("time")] Time,

    /// <summary>Says what a row belongs to; a window never crosses it.</summary>
    [JsonStringEnumMemberName("group")] Group,
}

/// <summary>One column of a row that a model takes.</summary>
/// <param name="Name">The name without its unit.</param>
/// <param name="Kind">What kind of values it takes.</param>
/// <param name="Unit">Its unit, or null.</param>
public sealed record InputColumn(string Name, InputKind Kind, string? Unit = null)
{
    /// <summary>What it is for. Default <see cref="InputRole.Feature"/>.</summary>
    public InputRole Role { get; init; }

    /// <summary>Numbers: smallest value of the training data; null where not known.</summary>
    public double? Minimum { get; init; }

    /// <summary>Numbers: largest value of the training data; null where not known.</summary>
    public double? Maximum { get; init; }

    /// <summary>Text: the categories of the training data, most frequent first; null for other kinds.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>The typical value of the training data (median or most frequent category) as text; null where not known.</summary>
    public string? Typical { get; init; }
}
