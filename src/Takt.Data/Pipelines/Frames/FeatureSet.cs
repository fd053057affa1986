using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Frames;

/// <summary>What is left of the training rows after the last step: the network's inputs.</summary>
/// <param name="Names">In order.</param>
/// <param name="Fill">The median of each.</param>
sealed record FeatureSet(IReadOnlyList<FeatureName> Names, double[] Fill)
{
    /// <summary>Beyond it a sum of squares no longer fits a float, and a network answers NaN. No prepared feature honestly comes near.</summary>
    const double Largest = 1e18;

    /// <summary>Takes the features that are left in their order.</summary>
    /// <exception cref="InputException">Text or times are left, or nothing is.</exception>
    public static FeatureSet Of(Frame frame)
    {
        var left = frame.Columns.Where(c => c.IsFeature).ToList();
        Problem[] problems =
        [
            .. left.Where(c => !c.IsNumeric).Select(c => new Problem($"column '{c.Name}' still holds {ColumnSuits.Word(c.Kind)} after the last step", "numbers",
                c.Kind == ColumnKind.Time ? "Add { step: date-parts }, or drop it" : "Add { step: one-hot }, { step: ordinal } or { step: frequency }, or drop it")),
        ];
        if (problems.Length > 0) throw new InputException(problems);
        if (left.Count == 0) throw new InputException("no feature is left after the last step", "at least one", "See the roles of the columns and what the steps drop");
        return new([.. left.Select(c => new FeatureName(c.Name, c.Unit, c.Sources))], [.. left.Select(Median)]);
    }

    /// <summary>The features as floats, row after row.</summary>
    public static float[] Values(Frame frame, IReadOnlyList<FeatureName> names, double[] fill)
    {
        float[] values = new float[frame.Rows * names.Count];
        for (int feature = 0; feature < names.Count; feature++)
        {
            double[] column = frame[names[feature].Name].Numbers;
            for (int row = 0, at = feature; row < column.Length; row++, at += names.Count)
            {
                double value = double.IsNaN(column[row]) ? fill[feature] : column[row];
                values[at] = (float)Math.Clamp(value, -Largest, Largest);
            }
        }

        return values;
    }

    static double Median(FrameColumn column)
    {
        double median = column.Kind == ColumnKind.Boolean ? Statistics.MostFrequent(column.Numbers) : Statistics.Median(column.Numbers);
        return double.IsNaN(median) ? 0 : median; // all missing: every row is filled alike, and any constant says as much
    }
}
