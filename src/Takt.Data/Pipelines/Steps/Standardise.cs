using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Mean 0 and deviation 1: y = (x − mean) / deviation, with the population deviation (over n, as scikit-learn's StandardScaler).
/// A constant column becomes 0. <c>{ step: standardise, by: condition }</c>.</summary>
public sealed record Standardise : ScaleSpec
{
    /// <inheritdoc/>
    public override string Step => "standardise";

    internal static Standardise Read(StepKeys keys) => new() { Columns = keys.Columns(), By = keys.Text("by") };

    internal override (double Offset, double Scale) Measure(double[] values)
    {
        double mean = Statistics.Mean(values), variance = Statistics.Moment(values, mean, 2);
        return (mean, Statistics.IsConstant(mean, variance, values.Length) ? 1 : Math.Sqrt(variance));
    }
}
