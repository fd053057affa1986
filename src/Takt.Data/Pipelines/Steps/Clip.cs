using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Holds values within limits: <c>{ step: clip, columns: [a], quantiles: [0.01, 0.99] }</c> or <c>{ step: clip, columns: [a], lower: 0, upper: 100 }</c>.</summary>
public sealed record Clip : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "clip";

    /// <summary>The lower quantile of the training values, 0 to 1; default 0.01.</summary>
    public double LowerQuantile { get; init; } = 0.01;

    /// <summary>The upper quantile of the training values, 0 to 1; default 0.99.</summary>
    public double UpperQuantile { get; init; } = 0.99;

    /// <summary>A given lower limit; with either limit given, quantiles are not used.</summary>
    public double? Lower { get; init; }

    /// <summary>A given upper limit.</summary>
    public double? Upper { get; init; }

    internal static Clip Read(StepKeys keys)
    {
        var quantiles = keys.Numbers("quantiles", count: 2, least: 0, most: 1) ?? [0.01, 0.99];
        var step = new Clip
        {
            Columns = keys.Columns(),
            LowerQuantile = quantiles[0],
            UpperQuantile = quantiles[1],
            Lower = keys.Number("lower"),
            Upper = keys.Number("upper"),
        };
        if (keys.Has("quantiles") && (keys.Has("lower") || keys.Has("upper"))) keys.Problem("quantiles", "both quantiles and limits", "one of the two");
        if (step.LowerQuantile > step.UpperQuantile) keys.Problem("quantiles", "quantiles in falling order", "the lower one first");
        if (step.Lower > step.Upper) keys.Problem("lower", $"lower {step.Lower} above upper {step.Upper}", "the lower limit below the upper one");
        return step;
    }

    internal override ColumnSuits Suits => ColumnSuits.Numbers;

    internal override void Fit(FittingContext context)
    {
        var limits = new List<ClipLimits>();
        foreach (var column in context.ColumnsOf(this))
        {
            if (Lower is not null || Upper is not null)
            {
                limits.Add(new(column.Name, Lower, Upper));
                continue;
            }

            double[] sorted = Statistics.Sorted(column.Numbers);
            if (sorted.Length > 0)
                limits.Add(new(column.Name, Statistics.Quantile(sorted, LowerQuantile), Statistics.Quantile(sorted, UpperQuantile)));
        }

        context.Add(new FittedClip(limits));
    }
}

/// <summary>The limits of one column; null is none.</summary>
sealed record ClipLimits(string Column, double? Lower, double? Upper);

sealed record FittedClip(IReadOnlyList<ClipLimits> Limits) : FittedStep
{
    public override IEnumerable<string> Reads => Limits.Select(l => l.Column);

    public override void Apply(Frame frame)
    {
        foreach (var limit in Limits)
        {
            double[] values = frame.Writable(limit.Column);
            double lower = limit.Lower ?? double.NegativeInfinity, upper = limit.Upper ?? double.PositiveInfinity;
            for (int i = 0; i < values.Length; i++) values[i] = Math.Min(Math.Max(values[i], lower), upper); // Min and Max pass NaN through
        }
    }
}
