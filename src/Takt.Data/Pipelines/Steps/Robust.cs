using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Median 0 and quartile distance 1: y = (x − median) / (q₇₅ − q₂₅), which outliers do not move (scikit-learn's RobustScaler).
/// Where the quartiles agree the scale is 1. <c>{ step: robust, by: condition }</c>.</summary>
public sealed record Robust : ScaleSpec
{
    /// <inheritdoc/>
    public override string Step => "robust";

    internal static Robust Read(StepKeys keys) => new() { Columns = keys.Columns(), By = keys.Text("by") };

    internal override (double Offset, double Scale) Measure(double[] values)
    {
        double[] sorted = Statistics.Sorted(values);
        double distance = Statistics.Quantile(sorted, 0.75) - Statistics.Quantile(sorted, 0.25);
        return (Statistics.Quantile(sorted, 0.5), distance > 0 ? distance : 1);
    }
}
