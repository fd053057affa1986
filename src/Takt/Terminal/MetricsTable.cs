using System.Globalization;
using Spectre.Console;
using Takt.Learning.Jobs;
using Takt.Learning.Metrics;

namespace Takt.Terminal;

/// <summary>Metrics of one or more parts of the data, side by side, with their 95 % intervals.</summary>
static class MetricsTable
{
    public static Table Of(IReadOnlyList<(string Name, PartMetrics? Metrics)> parts)
    {
        var there = parts.Where(p => p.Metrics is not null).Select(p => (p.Name, Headline: p.Metrics!.Headline())).ToList();
        var table = new Table().Border(TableBorder.Rounded).AddColumn("metric");
        foreach (var (name, _) in there) table.AddColumn(name);
        foreach (string metric in there.SelectMany(p => p.Headline.Select(h => h.Name)).Distinct())
            table.AddRow([metric, .. there.Select(p => p.Headline.Where(h => h.Name == metric).Select(h => Text(h.Value)).FirstOrDefault(""))]);
        return table;
    }

    static string Text(Estimate estimate) => estimate switch
    {
        { Value: null } => "",
        { Low: { } low, High: { } high } => string.Create(CultureInfo.InvariantCulture, $"{Figures.Number(estimate.Value)} ({low:0.###} to {high:0.###})"),
        _ => Figures.Number(estimate.Value),
    };
}
