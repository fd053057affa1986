using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Takt.Kernels;

/// <summary>A column computed from a benchmark's <see cref="Work"/> and its median time.</summary>
abstract class WorkColumn(string name, string legend) : IColumn
{
    public string Id => name;
    public string ColumnName => name;
    public string Legend => legend;
    public bool AlwaysShow => true;
    public ColumnCategory Category => ColumnCategory.Custom;
    public int PriorityInCategory => 0;
    public bool IsNumeric => true;
    public UnitType UnitType => UnitType.Dimensionless;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        var work = benchmarkCase.Parameters.Items.Select(p => p.Value).OfType<Work>().First();
        var path = benchmarkCase.Parameters.Items.Select(p => p.Value).OfType<string>().FirstOrDefault() ?? Ceilings.Arithmetic.Keys.First();
        return summary[benchmarkCase]?.ResultStatistics is { } statistics ? Value(work, path, statistics.Median / 1e9).ToString("0.0", CultureInfo.InvariantCulture) : "–";
    }

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    protected abstract double Value(Work work, string path, double seconds);
}

/// <summary>Billions of operations per second.</summary>
sealed class Rate() : WorkColumn("GFLOP/s", "Multiplications and additions per second, in billions")
{
    protected override double Value(Work work, string path, double seconds) => work.Operations / seconds / 1e9;
}

/// <summary>How close a kernel comes to what one core can do.</summary>
sealed class ShareOfCeiling() : WorkColumn("% of limit", "Shortest time that arithmetic or memory of one core allows, divided by the median")
{
    protected override double Value(Work work, string path, double seconds) => 100 * work.LeastSeconds(path) / seconds;
}
