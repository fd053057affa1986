using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>The training range becomes 0 to 1: y = (x − minimum) / (maximum − minimum). Values beyond the training range go beyond 0 and 1;
/// put a clip before it where they must not. <c>{ step: min-max, lower: -1, upper: 1 }</c>.</summary>
public sealed record MinMax : ScaleSpec
{
    /// <inheritdoc/>
    public override string Step => "min-max";

    /// <summary>What the training minimum becomes; default 0.</summary>
    public double Lower { get; init; }

    /// <summary>What the training maximum becomes; default 1.</summary>
    public double Upper { get; init; } = 1;

    internal static MinMax Read(StepKeys keys)
    {
        var step = new MinMax { Columns = keys.Columns(), By = keys.Text("by"), Lower = keys.Number("lower") ?? 0, Upper = keys.Number("upper") ?? 1 };
        if (step.Lower >= step.Upper) keys.Problem("lower", $"lower {step.Lower} and upper {step.Upper}", "lower below upper");
        return step;
    }

    internal override (double Offset, double Scale) Measure(double[] values)
    {
        double minimum = values.Min(), range = values.Max() - minimum;
        double scale = range > 0 ? range / (Upper - Lower) : 1;
        return (minimum - (Lower * scale), scale);
    }
}
