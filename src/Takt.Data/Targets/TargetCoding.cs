using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Targets;

/// <summary>How a target is written for the network and read back: classes as 0, 1, 2, …; numbers standardised. Saved with the model as <c>target.json</c>; never changes, for any number of threads.</summary>
/// <remarks>
/// Two classes: index 1 is the positive one, whose probability is the answer. It is the one that is named; else the one whose label is an event (true, 1, yes, fail, …)
/// if the other's is not; else the rarer one; of two equally frequent ones the later in order.
/// </remarks>
public sealed class TargetCoding
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    readonly Document _document;
    readonly Dictionary<string, int> _index;

    TargetCoding(Document document)
    {
        _document = document;
        _index = document.Classes.Select((label, i) => (label, i)).ToDictionary(c => c.label, c => c.i);
    }

    /// <summary>The target's name.</summary>
    public string Name => _document.Name;

    /// <summary>Its unit, or null.</summary>
    public string? Unit => _document.Unit;

    /// <summary>What kind of answer the model gives.</summary>
    public TargetKind Kind => _document.Kind;

    /// <summary>What the labels or values are in the table.</summary>
    public ColumnKind ColumnKind => _document.ColumnKind;

    /// <summary>Classification: the labels by index; two classes: [negative, positive]. Regression: empty.</summary>
    public IReadOnlyList<string> Classes => _document.Classes;

    /// <summary>The positive label of two classes; null otherwise.</summary>
    public string? Positive => Classes.Count == 2 ? Classes[1] : null;

    /// <summary>Regression: standard deviation of the (logarithm of the) training values; what one unit of the network's answer is worth.</summary>
    public double Deviation => _document.Deviation;

    /// <summary>Regression: no answer is above it (the cap of a remaining life); null: no limit.</summary>
    public double? Upper => _document.Upper;

    /// <summary>Classes and their order.</summary>
    /// <param name="table">All rows that may be met, those to test on included: labels are no secret, and a rare class may lie in one part only.</param>
    /// <param name="target">The target column.</param>
    /// <param name="positive">The positive one of two classes, or null for the rule.</param>
    /// <exception cref="InputException">The target cannot be learnt (see <see cref="TargetCheck"/>), or the positive label does not exist.</exception>
    public static TargetCoding Classification(Table table, string target, string? positive = null)
    {
        int[] rows = TargetCheck.Rows(table, target, TargetKind.Classification).Rows;
        var column = table[target];
        string[] classes = ClassOrder.Of(column, rows, positive);
        if (positive is not null && !classes.Contains(positive))
            throw new InputException($"positive: '{positive}' of target '{target}'", "one of its classes", NearestName.Suggest(positive, classes));
        return new(new(1, target, column.Unit, TargetKind.Classification, column.Kind, classes));
    }

    /// <summary>Mean and deviation of the training values.</summary>
    /// <param name="training">The training rows alone.</param>
    /// <param name="target">The target column, numbers.</param>
    /// <param name="log">Whether the network learns sign(y)·ln(1 + |y|): for targets over orders of magnitude, where the relative error counts. Default no.</param>
    /// <param name="lower">No answer is below it; null: no limit. Remaining life has 0.</param>
    /// <param name="upper">No answer is above it; null: no limit. Remaining life has its cap.</param>
    /// <exception cref="InputException">The target cannot be learnt (see <see cref="TargetCheck"/>).</exception>
    public static TargetCoding Regression(Table training, string target, bool log = false, double? lower = null, double? upper = null)
    {
        int[] rows = TargetCheck.Rows(training, target, TargetKind.Regression).Rows;
        var column = (NumberColumn)training[target];
        double[] values = [.. rows.Select(row => log ? SignedLog.Of(column.Values[row]) : column.Values[row])];
        double mean = Statistics.Mean(values), deviation = Math.Sqrt(Statistics.Moment(values, mean, 2));
        return new(new(1, target, column.Unit, TargetKind.Regression, column.Kind, [], log, mean, deviation, lower, upper));
    }

    /// <summary>The class index of each of the rows.</summary>
    /// <exception cref="InputException">A label that training did not know, or a missing one; every such label is reported once.</exception>
    public int[] EncodeClasses(Table table, ReadOnlySpan<int> rows)
    {
        var column = table[Name];
        int[] classes = new int[rows.Length];
        var unknown = new OrderedDictionary<string, int>();
        for (int i = 0; i < classes.Length; i++)
            if (!_index.TryGetValue(LabelAt(column, rows[i]), out classes[i]))
                unknown.TryAdd(column.TextAt(rows[i]), rows[i]);
        if (unknown.Count > 0)
        {
            throw new InputException([.. unknown.Select(u => new Problem(u.Key.Length == 0 ? $"no value in target '{Name}'" : $"class '{u.Key}' in target '{Name}'",
                $"one of {string.Join(", ", Classes)}", Where: $"row {u.Value + 1}"))]);
        }

        return classes;
    }

    /// <summary>The standardised value of each of the rows.</summary>
    /// <exception cref="InputException">The target holds no numbers, or a missing one.</exception>
    public float[] EncodeValues(Table table, ReadOnlySpan<int> rows)
    {
        if (table[Name] is not NumberColumn { Values: var values }) throw new InputException($"target '{Name}' holds no numbers", "numbers, as in training");
        float[] coded = new float[rows.Length];
        for (int i = 0; i < coded.Length; i++)
        {
            double value = values[rows[i]];
            if (!double.IsFinite(value)) throw new InputException($"no finite value in target '{Name}'", "a number", where: $"row {rows[i] + 1}");
            coded[i] = (float)(((_document.Log ? SignedLog.Of(value) : value) - _document.Mean) / _document.Deviation);
        }

        return coded;
    }

    /// <summary>The value in the target's unit that the network's answer stands for.</summary>
    public double DecodeValue(double coded)
    {
        double value = (coded * _document.Deviation) + _document.Mean;
        if (_document.Log) value = SignedLog.Back(value);
        return Math.Min(Math.Max(value, _document.Lower ?? double.NegativeInfinity), _document.Upper ?? double.PositiveInfinity);
    }

    /// <summary>The label of a class as JSON writes it: a text, a number, or true and false.</summary>
    public JsonValue DecodeClass(int index) => _document.ColumnKind switch
    {
        ColumnKind.Boolean => JsonValue.Create(Classes[index] == "true"),
        ColumnKind.Number => JsonValue.Create(double.Parse(Classes[index], CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(Classes[index]),
    };

    /// <summary>What <see cref="FromJson"/> reads back.</summary>
    public JsonNode ToJson() => JsonSerializer.SerializeToNode(_document, Json)!;

    /// <summary>A coding from what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InputException">It is not a target coding.</exception>
    public static TargetCoding FromJson(JsonNode json)
    {
        try
        {
            if (json is JsonObject && json.Deserialize<Document>(Json) is { Format: 1 } document) return new(document);
        }
        catch (JsonException e)
        {
            throw new InputException($"a target coding that cannot be read: {e.Message}", "target.json of a .takt package");
        }

        throw new InputException("a target coding without format 1", "target.json of a .takt package of this version of Takt");
    }

    /// <summary>A label as training wrote it: 1 and true are one, so that a table of 0 and 1 fits a model of booleans and the other way round.</summary>
    string LabelAt(Column column, int row)
    {
        if (column is NumberColumn number && column.Kind != _document.ColumnKind)
            return new NumberColumn(column.Name, [number.Values[row]], isBoolean: _document.ColumnKind == ColumnKind.Boolean).TextAt(0);
        return column.TextAt(row);
    }

    sealed record Document(
        int Format, string Name, string? Unit, TargetKind Kind, [property: JsonConverter(typeof(JsonStringEnumConverter<ColumnKind>))] ColumnKind ColumnKind,
        IReadOnlyList<string> Classes, bool Log = false, double Mean = 0, double Deviation = 1, double? Lower = null, double? Upper = null);
}
