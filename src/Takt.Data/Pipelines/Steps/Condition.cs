using System.Globalization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Finds operating conditions: k-means over some settings, each standardised first. <c>{ step: condition, columns: [setting1, setting2], count: 6 }</c>.</summary>
/// <remarks>It adds a text column, the number of the nearest centre, which scaling steps use by <c>by: condition</c>. That column is no feature itself; one-hot makes it some.</remarks>
public sealed record Condition : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "condition";

    /// <summary>The number of conditions; fewer if the training rows have fewer different settings.</summary>
    public required int Count { get; init; }

    /// <summary>The new column; default <c>condition</c>.</summary>
    public string Name { get; init; } = "condition";

    internal override IEnumerable<string> Makes => [Name];

    internal static Condition Read(StepKeys keys)
    {
        if (!keys.Has("columns")) keys.RequiredText("columns");
        return new() { Columns = keys.Columns() ?? [], Count = keys.RequiredWhole("count", least: 1, most: 1_000), Name = keys.Text("name") ?? "condition" };
    }

    internal override ColumnSuits Suits => ColumnSuits.NumbersAndBooleans;

    internal override void Fit(FittingContext context)
    {
        var columns = context.ColumnsOf(this);
        if (columns.Count == 0) throw new InputException("step condition has no columns", "the columns that set the operating condition");
        if (context.Frame.Find(Name) is not null) throw new InputException($"step condition makes a column '{Name}', which is there already", "a new name", "Give it a name: { step: condition, name: … }");

        var settings = new List<SettingScale>();
        foreach (var column in columns)
        {
            double mean = Statistics.Mean(column.Numbers), variance = Statistics.Moment(column.Numbers, mean, 2);
            if (double.IsNaN(mean)) throw new InputException($"every training value of column '{column.Name}' in step condition is missing", "at least one value", "Leave the column out");
            settings.Add(new(column.Name, mean, Statistics.IsConstant(mean, variance, column.Numbers.Length) ? 1 : Math.Sqrt(variance)));
        }

        double[][] points = FittedCondition.Points(context.Frame, settings);
        double[][] centres = KMeans.Fit(points, Count, context.Random);
        if (centres.Length < Count) context.Note($"step condition: {Count} conditions asked for, but the settings differ in {centres.Length} ways only");
        context.Add(new FittedCondition(Name, settings, centres, [.. columns.SelectMany(c => c.Sources).Distinct()]));
    }
}

/// <summary>How a setting is standardised before distances are measured; a missing one stands at its mean, 0.</summary>
sealed record SettingScale(string Column, double Mean, double Deviation);

/// <summary>The centres stand in standardised settings and are sorted, so that the numbers of the conditions do not hang on chance.</summary>
sealed record FittedCondition(string Name, IReadOnlyList<SettingScale> Settings, double[][] Centres, IReadOnlyList<string> Sources) : FittedStep
{
    readonly string[] _labels = [.. Enumerable.Range(0, Centres.Length).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    public override IEnumerable<string> Reads => Settings.Select(s => s.Column);

    public override void Apply(Frame frame)
    {
        double[][] points = Points(frame, Settings);
        string?[] conditions = new string?[frame.Rows];
        for (int row = 0; row < conditions.Length; row++) conditions[row] = _labels[KMeans.Nearest(points[row], Centres).Centre];
        frame.Set(new(new TextColumn(Name, conditions), Unit: null, IsFeature: false, Sources, IsOwned: true));
    }

    public static double[][] Points(Frame frame, IReadOnlyList<SettingScale> settings)
    {
        double[][] points = new double[frame.Rows][];
        for (int row = 0; row < points.Length; row++) points[row] = new double[settings.Count];
        for (int s = 0; s < settings.Count; s++)
        {
            var (column, mean, deviation) = settings[s];
            double[] values = frame[column].Numbers;
            for (int row = 0; row < points.Length; row++)
                points[row][s] = double.IsNaN(values[row]) ? 0 : (values[row] - mean) / deviation;
        }

        return points;
    }
}
