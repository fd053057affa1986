using Takt.Data.Pipelines.Expressions;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Steps;

/// <summary>A new feature from an arithmetic expression over columns: <c>{ step: derive, name: Power, unit: W, from: "Torque * [Rotational speed] * 2 * pi / 60" }</c>.</summary>
/// <remarks>Numbers, column names (in brackets where they hold more than letters, digits and _), + − * / ^, parentheses, pi, and the functions
/// abs, sqrt, exp, log, log10, sin, cos, tan, floor, min and max. What has no value (a missing input, a division by zero, the root of a negative number) is a missing value. A time or group column of numbers
/// may be named here and so becomes a feature.</remarks>
public sealed record Derive : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "derive";

    /// <summary>The name of the new column.</summary>
    public required string Name { get; init; }

    /// <summary>Its unit, or null.</summary>
    public string? Unit { get; init; }

    /// <summary>The expression.</summary>
    public required string From { get; init; }

    internal override IEnumerable<string> AlsoReads => Expression.TryParse(From, out var expression, out _) ? expression.Columns : [];

    internal override IEnumerable<string> Makes => [Name];

    internal override string PlaceOf(string column) =>
        $"at position {Expression.Parse(From).PositionOf(column)} of '{From}' in step derive";

    internal static Derive Read(StepKeys keys)
    {
        var step = new Derive { Name = keys.RequiredText("name"), Unit = keys.Text("unit"), From = keys.RequiredText("from") };
        if (step.From.Length > 0 && !Expression.TryParse(step.From, out _, out var error))
            keys.Problem("from", $"'{step.From}', {error.Found} at position {error.Position}", error.Expected, error.WayOut);
        return step;
    }

    internal override void Fit(FittingContext context)
    {
        var expression = Expression.Parse(From);
        var problems = new List<Problem>();
        var sources = new List<string>();
        foreach (string name in expression.Columns)
        {
            if (context.Frame.Find(name) is not { } column)
                problems.Add(new($"no column '{name}' {PlaceOf(name)}", "a column of the data", NearestName.Suggest(name, [.. context.Frame.Columns.Select(c => c.Name)])));
            else if (!column.IsNumeric)
                problems.Add(new($"column '{name}' {PlaceOf(name)} holds {ColumnSuits.Word(column.Kind)}", "numbers"));
            else sources.AddRange(column.Sources);
        }

        if (context.Frame.Find(Name) is not null) problems.Add(new($"step derive makes a column '{Name}', which is there already", "a new name"));
        if (problems.Count > 0) throw new InputException(problems);
        context.Add(new FittedDerive(Name, Unit, From, [.. sources.Distinct()]));
    }
}

sealed record FittedDerive(string Name, string? Unit, string From, IReadOnlyList<string> Sources) : FittedStep
{
    readonly Expression _expression = Expression.Parse(From);

    public override IEnumerable<string> Reads => _expression.Columns;

    public override bool IsEmpty => false;

    public override void Apply(Frame frame)
    {
        double[][] inputs = new double[_expression.Columns.Count][];
        for (int i = 0; i < inputs.Length; i++) inputs[i] = frame[_expression.Columns[i]].Numbers;
        double[] values = new double[frame.Rows];
        for (int row = 0; row < values.Length; row++)
        {
            double value = _expression.At(inputs, row);
            values[row] = double.IsFinite(value) ? value : double.NaN;
        }

        frame.AddFeature(Name, values, Unit, Sources);
    }
}
