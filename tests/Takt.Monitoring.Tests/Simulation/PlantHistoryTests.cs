using System.Text;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Simulation;

namespace Takt.Monitoring.Tests.Simulation;

public class PlantHistoryTests
{
    static readonly DateTimeOffset End = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_writes_the_same_bytes_and_another_seed_does_not()
    {
        byte[] first = Write(seed: 7), again = Write(seed: 7), other = Write(seed: 8);
        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void The_table_has_names_with_units_a_label_and_one_row_a_cycle()
    {
        string[] lines = Encoding.UTF8.GetString(Write(seed: 1)).TrimEnd('\n').Split('\n');
        string[] header = lines[0].Split(',');
        Assert.Equal(301, lines.Length);
        Assert.Equal(["Time", "Cycle", "Product"], header[..3]);
        Assert.Equal(["Fault kind", "Fault"], header[^2..]);
        Assert.Contains("Press pressure [bar]", header);
        Assert.Contains("Tool wear [min]", header);
        Assert.StartsWith("2026-03-01T06:00:00Z,299,", lines[^1]);
        Assert.All(lines, line => Assert.Equal(header.Length, line.Split(',').Length));
        Assert.All(lines.Skip(1), line => Assert.Equal(line.EndsWith(",none,0"), line.EndsWith('0')));
    }

    [Fact]
    public void Every_kind_of_fault_occurs_and_between_a_tenth_and_a_third_of_the_cycles_are_faulty()
    {
        LineSample[] history = [.. PlantHistory.Generate(new PlantOptions(3), 20_000, End)];
        double share = history.Count(sample => sample.Truth is not null) / (double)history.Length;
        Assert.InRange(share, 0.1, 0.33);
        Assert.Equal(FaultKinds.All.Select(kind => kind.Id()).Order(), history.Select(sample => sample.Truth?.Kind).OfType<string>().Distinct().Order());
        Assert.InRange(history.Select(sample => sample.Truth?.Onset).OfType<long>().Distinct().Count(), 40, 120);
    }

    [Fact]
    public void Every_product_is_made_in_every_history()
    {
        var products = PlantHistory.Generate(new PlantOptions(3), 20_000, End).CountBy(sample => sample.Texts[SimulatedPlant.ProductColumn]).ToDictionary();
        Assert.Equal(SimulatedPlant.Products.Order(), products.Keys.Order());
        Assert.All(products.Values, count => Assert.True(count > 3_000));
    }

    static byte[] Write(ulong seed)
    {
        using var table = new MemoryStream();
        PlantHistory.WriteCsv(table, new PlantOptions(seed), 300, End);
        return table.ToArray();
    }
}
