using System.Text.Json.Serialization;
using Takt.Data.Tables;

namespace Takt.Data.Schemas;

/// <summary>What a column is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ColumnRole>))]
public enum ColumnRole
{
    /// <summary>An input of the model.</summary>
    Feature,

    /// <summary>What the model predicts.</summary>
    Target,

    /// <summary>When the row happened (a time, or a rising number such as a cycle).</summary>
    Time,

    /// <summary>What the row belongs to (machine, engine, batch): windows and splits never cross it.</summary>
    Group,

    /// <summary>A row number or serial: carried along, never learned from.</summary>
    Id,

    /// <summary>Left out.</summary>
    Ignored,
}

/// <summary>One column as a model or a dataset knows it.</summary>
/// <param name="Name">The name without its unit.</param>
/// <param name="Kind">What kind of values it holds.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Unit">Its unit, or null.</param>
public sealed record ColumnSchema(
    string Name,
    [property: JsonConverter(typeof(JsonStringEnumConverter<ColumnKind>))] ColumnKind Kind,
    ColumnRole Role,
    string? Unit = null)
{
    /// <summary>Numbers: smallest and largest value of the training data; null where not known.</summary>
    public double? Minimum { get; init; }

    /// <inheritdoc cref="Minimum"/>
    public double? Maximum { get; init; }

    /// <summary>The typical value of the training data (median, or most frequent category) as text; what explanations compare with.</summary>
    public string? Typical { get; init; }

    /// <summary>Text: the categories of the training data, most frequent first (the first 100); null for other kinds.</summary>
    public IReadOnlyList<string>? Categories { get; init; }

    /// <summary>Name and unit as a header writes them: <c>Torque [Nm]</c>.</summary>
    [JsonIgnore]
    public string Header => Unit is null ? Name : $"{Name} [{Unit}]";
}

/// <summary>The columns of a dataset or a model, in order.</summary>
/// <param name="Columns">The columns.</param>
public sealed record Schema(IReadOnlyList<ColumnSchema> Columns)
{
    /// <summary>The columns of one role, in order.</summary>
    public IEnumerable<ColumnSchema> Of(ColumnRole role) => Columns.Where(c => c.Role == role);

    /// <summary>The target, or null if there is none.</summary>
    [JsonIgnore]
    public ColumnSchema? Target => Columns.FirstOrDefault(c => c.Role == ColumnRole.Target);

    /// <summary>The column of that name, or null.</summary>
    public ColumnSchema? Find(string name) => Columns.FirstOrDefault(c => c.Name == name);
}
