using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Steps;

/// <summary>What standardise, min-max and robust share: y = (x − offset) / scale, for all rows alike or for each operating condition.</summary>
/// <remarks>The settings that a condition was made from are scaled for all rows alike: within a condition they hardly move, and scaled there they would be nothing but noise.</remarks>
public abstract record ScaleSpec : StepSpec
{
    /// <summary>A text column, or the one that a condition step made: each of its values has an offset and a scale of its own. Null: all rows alike.</summary>
    public string? By { get; init; }

    internal override IEnumerable<string> AlsoReads => By is null ? [] : [By];

    internal override ColumnSuits Suits => ColumnSuits.Numbers;

    /// <summary>Offset and scale of some training values (no NaN, at least one).</summary>
    internal abstract (double Offset, double Scale) Measure(double[] values);

    internal override void Fit(FittingContext context)
    {
        var by = By is null ? null : context.Required(By, this);
        string[]? conditions = by is null ? null : FittedScale.ConditionsOf(by.Data);
        var scalings = new List<Scaling>();
        foreach (var column in context.ColumnsOf(this))
        {
            double[] values = column.Numbers, present = Statistics.Present(values);
            if (present.Length == 0) continue;
            var (offset, scale) = Measure(present);
            scalings.Add(new(column.Name, offset, scale, conditions is null || by!.Sources.Contains(column.Name) ? null : PerCondition(values, conditions)));
        }

        context.Add(new FittedScale(By, scalings));
    }

    SortedDictionary<string, OffsetScale> PerCondition(double[] values, string[] conditions)
    {
        var scalings = new SortedDictionary<string, OffsetScale>(StringComparer.Ordinal);
        foreach (var rows in Enumerable.Range(0, values.Length).Where(i => !double.IsNaN(values[i])).GroupBy(i => conditions[i]))
        {
            var (offset, scale) = Measure([.. rows.Select(i => values[i])]);
            scalings.Add(rows.Key, new(offset, scale));
        }

        return scalings;
    }
}

/// <summary>y = (x − offset) / scale.</summary>
sealed record OffsetScale(double Offset, double Scale);

/// <summary>How one column is scaled: by its row's condition, or by the overall offset and scale where there are no conditions or training did not see this one.</summary>
sealed record Scaling(string Column, double Offset, double Scale,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, OffsetScale>? ByCondition = null);

sealed record FittedScale(string? By, IReadOnlyList<Scaling> Columns) : FittedStep
{
    public override IEnumerable<string> Reads => By is null ? Columns.Select(c => c.Column) : Columns.Select(c => c.Column).Append(By);

    public override void Apply(Frame frame)
    {
        string[]? conditions = By is null ? null : ConditionsOf(frame[By].Data);
        foreach (var column in Columns)
        {
            double[] values = frame.Writable(column.Column);
            for (int i = 0; i < values.Length; i++)
            {
                if (conditions is not null && column.ByCondition is not null && column.ByCondition.TryGetValue(conditions[i], out var own)) values[i] = (values[i] - own.Offset) / own.Scale;
                else values[i] = (values[i] - column.Offset) / column.Scale;
            }

            frame.ForgetUnit(column.Column);
        }
    }

    /// <summary>The condition of each row as text; empty where missing, which is a condition like any other.</summary>
    public static string[] ConditionsOf(Column data)
    {
        string[] conditions = new string[data.Length];
        for (int row = 0; row < conditions.Length; row++) conditions[row] = data.TextAt(row);
        return conditions;
    }
}
