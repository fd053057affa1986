using System.Runtime.InteropServices;

namespace Takt.Learning.Metrics;

/// <summary>How well a number is predicted on one part of the data. Errors are predicted − true, in the target's unit.</summary>
/// <remarks>Intervals are percentile bootstrap over rows, or over groups where they are given.</remarks>
public sealed record RegressionMetrics
{
    /// <summary>Pairs kept for a picture; more would not be told apart.</summary>
    public const int SampleSize = 400;

    static readonly double[] ShownQuantiles = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];

    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Mean of |error|.</summary>
    public required Estimate Mae { get; init; }

    /// <summary>√ mean of error².</summary>
    public required Estimate Rmse { get; init; }

    /// <summary>1 − Σ error² / Σ (true − mean)²: 1 is perfect, 0 is as good as always saying the mean of this part. Undefined where the truth is constant.</summary>
    public required Estimate R2 { get; init; }

    /// <summary>Mean of |error / true|, as a share. Undefined where a true value is 0.</summary>
    public required Estimate Mape { get; init; }

    /// <summary>Median of |error|: what half of the rows stay below, whatever the worst do.</summary>
    public required Estimate MedianAbsoluteError { get; init; }

    /// <summary>Mean error: above 0 the model says too much.</summary>
    public required Estimate Bias { get; init; }

    /// <summary>Quantiles of the error (linear, type 7); empty without rows.</summary>
    public required IReadOnlyList<ErrorQuantile> ErrorQuantiles { get; init; }

    /// <summary>Pairs for a picture: rows at even steps along the sorted truth, both ends included, at most <see cref="SampleSize"/>.</summary>
    public required IReadOnlyList<PredictionPair> Sample { get; init; }

    /// <summary>Remaining life only: its own scores; null for other targets.</summary>
    public RemainingLifeMetrics? RemainingLife { get; init; }

    /// <summary>Computes all.</summary>
    /// <param name="predicted">One a row, in the target's unit, finite.</param>
    /// <param name="truth">One a row.</param>
    /// <param name="settings">Intervals; null = the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ or a value is not finite.</exception>
    public static RegressionMetrics Of(ReadOnlySpan<double> predicted, ReadOnlySpan<double> truth, IntervalSettings? settings = null)
    {
        double[] errors = Errors.Of(predicted, truth), sizes = [.. errors.Select(Math.Abs)];
        int n = errors.Length;
        Array.Sort(sizes);
        var sums = Sums.Of(errors, truth.ToArray());
        var intervals = Intervals(errors, truth.ToArray(), settings ?? new());
        const string noRows = "no rows in this part";
        Estimate Value(double value, int statistic, string reason) => double.IsNaN(value) ? Estimate.Not(reason) : Estimate.Of(value, intervals[statistic]);
        return new RegressionMetrics
        {
            Rows = n,
            Mae = Value(sums.Mae, 0, noRows),
            Rmse = Value(sums.Rmse, 1, noRows),
            R2 = Value(sums.R2, 2, n == 0 ? noRows : "all true values are the same"),
            Mape = truth.Contains(0.0) ? Estimate.Not("a true value is 0") : Value(sums.Mape, 3, noRows),
            MedianAbsoluteError = n == 0 ? Estimate.Not(noRows) : Estimate.Of(Quantile.OfSorted(sizes, 0.5)),
            Bias = Value(sums.Bias, 4, noRows),
            ErrorQuantiles = n == 0 ? [] : QuantilesOf(errors),
            Sample = SampleOf(predicted.ToArray(), truth.ToArray()),
        };
    }

    static ErrorQuantile[] QuantilesOf(double[] errors)
    {
        var sorted = errors.Order().ToArray();
        return [.. ShownQuantiles.Select(q => new ErrorQuantile(q, Quantile.OfSorted(sorted, q)))];
    }

    static PredictionPair[] SampleOf(double[] predicted, double[] truth)
    {
        int[] order = Enumerable.Range(0, truth.Length).ToArray();
        Array.Sort(truth.ToArray(), order);
        int count = Math.Min(SampleSize, order.Length);
        return [.. Enumerable.Range(0, count).Select(i => order[count == 1 ? 0 : (int)((long)i * (order.Length - 1) / (count - 1))]).Select(r => new PredictionPair(truth[r], predicted[r]))];
    }

    static Interval?[] Intervals(double[] errors, double[] truth, IntervalSettings settings)
    {
        double mean = truth.Length == 0 ? 0 : truth.Average();   // R² does not see a shift, and centred squares lose no digits
        var units = new Sums[settings.Groups is { Length: > 0 } groups ? groups.Max() + 1 : errors.Length];
        for (int i = 0; i < errors.Length; i++) units[settings.Groups is null ? i : settings.Groups[i]].Add(errors[i], truth[i], mean, weight: 1);
        return Bootstrap.Intervals(units.Length, 5, settings, (weights, values) =>
        {
            var sums = default(Sums);
            for (int u = 0; u < weights.Length; u++)
                if (weights[u] > 0) sums.Add(units[u], weights[u]);
            (values[0], values[1], values[2], values[3], values[4]) = (sums.Mae, sums.Rmse, sums.R2, sums.Mape, sums.Bias);
        });
    }

    /// <summary>Sums that all these metrics are functions of; those of a group add up.</summary>
    [StructLayout(LayoutKind.Auto)]
    struct Sums
    {
        double _rows, _error, _size, _square, _relative, _truth, _truthSquare;

        public readonly double Mae => _size / _rows;

        public readonly double Rmse => Math.Sqrt(_square / _rows);

        public readonly double Mape => _relative / _rows;

        public readonly double Bias => _error / _rows;

        public readonly double R2
        {
            get
            {
                double total = _truthSquare - _truth * _truth / _rows;
                return total > 0 ? 1 - _square / total : double.NaN;
            }
        }

        public static Sums Of(double[] errors, double[] truth)
        {
            double mean = truth.Length == 0 ? 0 : truth.Average();
            bool isConstant = truth.Length > 0 && truth.All(t => t == truth[0]);
            var sums = default(Sums);
            for (int i = 0; i < errors.Length; i++) sums.Add(errors[i], truth[i], isConstant ? truth[i] : mean, weight: 1);
            return sums;
        }

        public void Add(double error, double truth, double mean, double weight)
        {
            double centred = truth - mean;
            _rows += weight;
            _error += weight * error;
            _size += weight * Math.Abs(error);
            _square += weight * error * error;
            _relative += truth == 0 ? 0 : weight * Math.Abs(error / truth);
            _truth += weight * centred;
            _truthSquare += weight * centred * centred;
        }

        public void Add(Sums unit, int weight)
        {
            _rows += weight * unit._rows;
            _error += weight * unit._error;
            _size += weight * unit._size;
            _square += weight * unit._square;
            _relative += weight * unit._relative;
            _truth += weight * unit._truth;
            _truthSquare += weight * unit._truthSquare;
        }
    }
}

/// <summary>A quantile of the error.</summary>
/// <param name="Share">Of the rows below it.</param>
/// <param name="Error">Predicted − true there.</param>
public sealed record ErrorQuantile(double Share, double Error);

/// <summary>A row for a picture.</summary>
/// <param name="Truth">The true value.</param>
/// <param name="Predicted">The predicted value.</param>
public sealed record PredictionPair(double Truth, double Predicted);

static class Errors
{
    /// <summary>predicted − true, checked.</summary>
    public static double[] Of(ReadOnlySpan<double> predicted, ReadOnlySpan<double> truth)
    {
        if (predicted.Length != truth.Length) throw new ArgumentException($"{predicted.Length} predictions for {truth.Length} rows; expected one a row.");
        var errors = new double[truth.Length];
        for (int i = 0; i < errors.Length; i++)
        {
            if (!double.IsFinite(predicted[i]) || !double.IsFinite(truth[i]))
                throw new ArgumentException($"Row {i} has the prediction {predicted[i]} and the true value {truth[i]}; expected finite numbers.");
            errors[i] = predicted[i] - truth[i];
        }

        return errors;
    }
}
