using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Each category becomes its share of the training rows, 0 to 1; unknown and missing ones become 0. For columns with too many categories for one-hot:
/// <c>{ step: frequency, columns: [Supplier] }</c>.</summary>
public sealed record Frequency : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "frequency";

    internal static Frequency Read(StepKeys keys) => new() { Columns = keys.Columns() };

    internal override ColumnSuits Suits => ColumnSuits.Categories;

    internal override void Fit(FittingContext context) => context.Add(new FittedFrequency([.. context.ColumnsOf(this).Select(Measure)]));

    static FrequencyColumn Measure(FrameColumn column)
    {
        int rows = column.Data.Length;
        var counts = Statistics.Counts(column.Data);
        return new(column.Name, counts.ToDictionary(c => c.Key, c => (double)c.Value / rows));
    }
}

/// <summary>Each category's share of the training rows.</summary>
sealed record FrequencyColumn(string Column, IReadOnlyDictionary<string, double> Shares);

sealed record FittedFrequency(IReadOnlyList<FrequencyColumn> Columns) : FittedStep
{
    public override IEnumerable<string> Reads => Columns.Select(c => c.Column);

    public override void Apply(Frame frame)
    {
        foreach (var column in Columns)
        {
            var source = frame[column.Column];
            double[] values = new double[frame.Rows];
            for (int row = 0; row < values.Length; row++)
                if (!source.Data.IsMissing(row) && column.Shares.TryGetValue(source.Data.TextAt(row), out double share))
                    values[row] = share;
            frame.AddFeature(column.Column, values, unit: null, source.Sources);
        }
    }
}
