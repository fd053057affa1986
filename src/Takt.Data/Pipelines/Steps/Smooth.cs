using System.Text.Json.Serialization;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Steps;

/// <summary>How earlier rows are weighed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SmoothWith>))]
public enum SmoothWith
{
    /// <summary>Exponential moving average: s = α·x + (1 − α)·s before, starting at the group's first value (the default).</summary>
    Ema,

    /// <summary>Mean of the last few rows, fewer at the start of a group.</summary>
    Mean,
}

/// <summary>Smooths a signal within its group, from the past alone: <c>{ step: smooth, columns: [s2, s3], with: ema, alpha: 0.3 }</c> or <c>{ step: smooth, with: mean, length: 5 }</c>.
/// Rows without a value are passed over and take the average so far.</summary>
public sealed record Smooth : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "smooth";

    /// <summary>How earlier rows are weighed; default exponentially.</summary>
    public SmoothWith With { get; init; }

    /// <summary>Weight of the newest value, above 0 to 1; default 0.3.</summary>
    public double Alpha { get; init; } = 0.3;

    /// <summary>Rows that the mean is over, the newest included; default 5.</summary>
    public int Length { get; init; } = 5;

    /// <summary>Whether the raw column stays and the smooth one comes beside it as <c>NAME smooth</c>; default no.</summary>
    public bool Keep { get; init; }

    internal static Smooth Read(StepKeys keys) => new()
    {
        Columns = keys.Columns(),
        With = keys.Choice("with", new OrderedDictionary<string, SmoothWith> { ["ema"] = SmoothWith.Ema, ["mean"] = SmoothWith.Mean },
            keys.Has("length") ? SmoothWith.Mean : SmoothWith.Ema),
        Alpha = keys.Number("alpha", least: 1e-6, most: 1) ?? 0.3,
        Length = keys.Whole("length", least: 1, most: 100_000) ?? 5,
        Keep = keys.Flag("keep"),
    };

    internal override ColumnSuits Suits => ColumnSuits.Numbers;

    internal override bool LooksBack => true;

    internal override void Fit(FittingContext context) => context.Add(new FittedSmooth([.. context.ColumnsOf(this).Select(c => c.Name)], With, Alpha, Length, Keep));
}

sealed record FittedSmooth(IReadOnlyList<string> Columns, SmoothWith With, double Alpha, int Length, bool Keep) : FittedStep
{
    readonly string[] _names = [.. Columns.Select(c => Keep ? $"{c} smooth" : c)];

    public override IEnumerable<string> Reads => Columns;

    [JsonIgnore]
    public override bool LooksBack => true;

    public override void Apply(Frame frame)
    {
        for (int c = 0; c < Columns.Count; c++)
        {
            var source = frame[Columns[c]];
            double[] raw = source.Numbers, smooth = new double[frame.Rows];
            for (int group = 0; group < frame.Order.GroupCount; group++)
                if (With == SmoothWith.Ema) Ema(raw, smooth, frame.Order.Group(group));
                else Mean(raw, smooth, frame.Order.Group(group));
            frame.Set(source with
            {
                Data = new NumberColumn(_names[c], smooth, source.Unit), IsFeature = true, IsOwned = true,
            });
        }
    }

    void Ema(double[] raw, double[] smooth, ReadOnlySpan<int> rows)
    {
        double average = double.NaN;
        foreach (int row in rows)
        {
            if (double.IsNaN(average)) average = raw[row];
            else if (!double.IsNaN(raw[row])) average = (Alpha * raw[row]) + ((1 - Alpha) * average);
            smooth[row] = average;
        }
    }

    /// <summary>Summed anew for each row: a running sum would carry rounding from row to row, and an answer would depend on how long the history given was.</summary>
    void Mean(double[] raw, double[] smooth, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
            smooth[rows[i]] = MeanOf(raw, rows[Math.Max(0, i + 1 - Length)..(i + 1)]);
    }

    static double MeanOf(double[] raw, ReadOnlySpan<int> rows)
    {
        double sum = 0;
        int count = 0;
        foreach (int row in rows)
        {
            if (double.IsNaN(raw[row])) continue;
            sum += raw[row];
            count++;
        }

        return count == 0 ? double.NaN : sum / count;
    }
}
