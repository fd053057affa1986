using Takt.Monitoring.Assets;
using Takt.Monitoring.Simulation;
using Takt.Protocols.Problems;

namespace Takt.Monitoring.Tests.Assets;

public class AssetTests
{
    [Fact]
    public void The_demo_line_stands_below_enterprise_site_and_area()
    {
        var nodes = DemoLine.Enterprise.Walk().ToDictionary(node => node.Path, node => node.Asset.Level);
        Assert.Equal(AssetLevel.Line, nodes["northworks/harbour/hall-2/line-1"]);
        Assert.Equal(AssetLevel.Cell, nodes["northworks/harbour/hall-2/line-1/press"]);
    }

    [Fact]
    public void The_signals_of_a_line_are_its_own_and_those_of_its_stations_in_tree_order()
    {
        Assert.Equal("hall-temperature", DemoLine.Signals[0].Id);
        Assert.Equal(DemoLine.Line.Signals.Concat(DemoLine.Line.Children.SelectMany(cell => cell.Signals)), DemoLine.Signals);
        Assert.Superset(new HashSet<string> { "temperature", "humidity", "pressure", "vibration", "torque", "rotational speed", "tool wear", "current" },
            DemoLine.Signals.Select(signal => signal.Quantity).ToHashSet());
    }

    [Theory, InlineData(""), InlineData("Press"), InlineData("press 1"), InlineData("-press"), InlineData("prässe")]
    public void An_identifier_with_other_characters_is_refused(string id) =>
        Assert.Contains("identifier", Assert.Throws<InputException>(() => new Asset(id, "x", AssetLevel.Cell)).Message);

    [Fact]
    public void All_problems_of_a_line_are_told_at_once()
    {
        var cell = new Asset("c", "C", AssetLevel.Cell);
        var signal = new Signal("s", "S", "torque", "Nm", 5, 5, 1);
        var found = Assert.Throws<InputException>(() => new Asset("Line", "L", AssetLevel.Device, [cell, cell], [signal, signal])).Problems;
        Assert.Equal(7, found.Count);   // bad id, two levels upside down, child twice, signal twice, two empty ranges
    }

    [Fact]
    public void A_sensor_reports_within_its_range_and_resolution()
    {
        var signal = new Signal("t", "T", "temperature", "°C", -10, 50, 1);
        Assert.Equal(-10, signal.Read(-99));
        Assert.Equal(50, signal.Read(1e9));
        Assert.Equal(21.3, signal.Read(21.26));
    }
}
