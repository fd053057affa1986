namespace Takt.Graphs.Quantising;

/// <summary>How the range of an activation follows from what calibration rows made it.</summary>
public enum RangeMethod
{
    /// <summary>All of 99.99 % of the numbers; the outliers saturate, and the rest gets finer steps.</summary>
    Percentile,

    /// <summary>From the least to the greatest number seen.</summary>
    MinMax,
}
