using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Adds what a column was some rows ago in the same group, or how much it has changed since: <c>{ step: lag, columns: [Torque], rows: 1, change: true }</c>
/// adds <c>Torque change 1</c>, without <c>change</c> it adds <c>Torque lag 1</c>. Before there is so much history the group's first row stands in.</summary>
public sealed record Lag : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "lag";

    /// <summary>How many rows back; default 1.</summary>
    public int Rows { get; init; } = 1;

    /// <summary>Whether the difference is added instead of the earlier value; default no.</summary>
    public bool Change { get; init; }

    internal static Lag Read(StepKeys keys) => new()
    {
        Columns = keys.Columns(), Rows = keys.Whole("rows", least: 1, most: 100_000) ?? 1, Change = keys.Flag("change"),
    };

    internal override ColumnSuits Suits => ColumnSuits.Numbers;

    internal override bool LooksBack => true;

    internal override void Fit(FittingContext context) => context.Add(new FittedLag([.. context.ColumnsOf(this).Select(c => c.Name)], Rows, Change));
}

sealed record FittedLag(IReadOnlyList<string> Columns, int Rows, bool Change) : FittedStep
{
    readonly string[] _names = [.. Columns.Select(c => $"{c} {(Change ? "change" : "lag")} {Rows}")];

    public override IEnumerable<string> Reads => Columns;

    [JsonIgnore]
    public override bool LooksBack => true;

    public override void Apply(Frame frame)
    {
        for (int c = 0; c < Columns.Count; c++)
        {
            var source = frame[Columns[c]];
            double[] values = source.Numbers, lagged = new double[frame.Rows];
            for (int group = 0; group < frame.Order.GroupCount; group++)
            {
                var rows = frame.Order.Group(group);
                for (int i = 0; i < rows.Length; i++)
                {
                    double before = values[rows[Math.Max(0, i - Rows)]];
                    lagged[rows[i]] = Change ? values[rows[i]] - before : before;
                }
            }

            frame.AddFeature(_names[c], lagged, source.Unit, source.Sources);
        }
    }
}
