using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Monitoring.Lines;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;

namespace Takt.Monitoring.Monitors;

/// <summary>Which signal feeds which input column of a model, found by name; and the row that a sample makes of it.</summary>
sealed class SignalBinding
{
    readonly List<(string Column, Func<LineSample, JsonNode?> Value)> _columns = [];

    /// <summary>Binds every column of a model to a signal, a setting or the time of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="InputException">A column has no signal, or the units differ; every such column is named.</exception>
    public SignalBinding(LineWatch line, ModelDescription model)
    {
        var problems = new List<Problem>();
        foreach (var column in model.Columns) Bind(line, column, problems);
        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>The row of one sample.</summary>
    public JsonObject Row(LineSample sample) => new(_columns.Select(column => KeyValuePair.Create(column.Column, column.Value(sample))));

    void Bind(LineWatch line, InputColumn column, List<Problem> problems)
    {
        if (column.Kind == InputKind.Time)
        {
            _columns.Add((column.Name, sample => JsonValue.Create(sample.Time.UtcDateTime.ToString("o", CultureInfo.InvariantCulture))));
        }
        else if (line.SettingNames.Contains(column.Name))
        {
            _columns.Add((column.Name, sample => sample.Texts.TryGetValue(column.Name, out string? text) ? JsonValue.Create(text) : null));
        }
        else if (line.IndexOf(column.Name) is { } index)
        {
            if (line.Signals[index].Unit is var unit && column.Unit is not null && column.Unit != unit)
                problems.Add(new Problem($"'{column.Name}' in {column.Unit}", unit, "Train on the unit that the line measures", "model input"));
            _columns.Add((column.Name, sample => double.IsFinite(sample.Values[index]) ? JsonValue.Create(sample.Values[index]) : null));
        }
        else
        {
            string[] known = [.. line.Signals.Select(signal => signal.Name), .. line.SettingNames];
            problems.Add(new Problem($"model input '{column.Name}' without a signal", "a signal of that name on the line", NearestName.Suggest(column.Name, known)));
        }
    }
}
