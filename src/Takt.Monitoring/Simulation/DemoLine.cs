using Takt.Monitoring.Assets;

namespace Takt.Monitoring.Simulation;

/// <summary>The simulated line: pump housings are formed, machined, washed and dried in an oven, and assembled.</summary>
public static class DemoLine
{
    /// <summary>Identifier of the line.</summary>
    public const string Id = "line-1";

    /// <summary>The plant model from the enterprise down; the order of its signals is the order of a sample's values.</summary>
    public static Asset Enterprise { get; } = new("northworks", "Northworks", AssetLevel.Enterprise,
        [new Asset("harbour", "Harbour site", AssetLevel.Site,
            [new Asset("hall-2", "Hall 2", AssetLevel.Area, [Build()])])]);

    /// <summary>The line within <see cref="Enterprise"/>.</summary>
    public static Asset Line { get; } = Enterprise.Walk().Single(node => node.Asset.Id == Id).Asset;

    /// <summary>The signals of the line, in the order of a sample's values.</summary>
    public static IReadOnlyList<Signal> Signals { get; } = [.. Line.AllSignals];

    static Asset Build() => new(Id, "Line 1: pump housings", AssetLevel.Line,
        [
            new Asset("press", "Forming press", AssetLevel.Cell, signals:
            [
                new("press-pressure", "Press pressure", "pressure", "bar", 0, 320, 1),
                new("press-oil-temperature", "Press oil temperature", "temperature", "°C", 0, 120, 1),
                new("press-vibration", "Press vibration", "vibration", "mm/s", 0, 20, 2),
                new("press-pump-current", "Press pump current", "current", "A", 0, 80, 1),
            ]),
            new Asset("machining", "Machining centre", AssetLevel.Cell, signals:
            [
                new("spindle-speed", "Spindle speed", "rotational speed", "rpm", 0, 6000, 0),
                new("spindle-torque", "Spindle torque", "torque", "Nm", 0, 120, 1),
                new("spindle-vibration", "Spindle vibration", "vibration", "mm/s", 0, 20, 2),
                new("spindle-temperature", "Spindle temperature", "temperature", "°C", 0, 150, 1),
                new("spindle-current", "Spindle current", "current", "A", 0, 80, 1),
                new("tool-wear", "Tool wear", "tool wear", "min", 0, 400, 1),
            ]),
            new Asset("oven", "Washer and oven", AssetLevel.Cell, signals:
            [
                new("oven-temperature", "Oven temperature", "temperature", "°C", 0, 300, 1),
                new("oven-humidity", "Oven humidity", "humidity", "%", 0, 100, 1),
                new("oven-heater-current", "Oven heater current", "current", "A", 0, 120, 1),
            ]),
            new Asset("assembly", "Assembly", AssetLevel.Cell, signals:
            [
                new("assembly-torque", "Assembly torque", "torque", "Nm", 0, 60, 2),
                new("assembly-air-pressure", "Assembly air pressure", "pressure", "bar", 0, 10, 2),
                new("assembly-vibration", "Assembly vibration", "vibration", "mm/s", 0, 20, 2),
            ]),
        ],
        signals:
        [
            new("hall-temperature", "Hall temperature", "temperature", "°C", -20, 60, 1),
            new("hall-humidity", "Hall humidity", "humidity", "%", 0, 100, 1),
        ]);
}
