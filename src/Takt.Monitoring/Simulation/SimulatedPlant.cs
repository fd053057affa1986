using Takt.Monitoring.Lines;
using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>The demo line in simulation: stations with their physics, orders with their set-points, faults with their truth. One sample a machine cycle.</summary>
/// <remarks>Not thread-safe: one caller asks for one cycle after the other.</remarks>
public sealed class SimulatedPlant
{
    /// <summary>The column that says which product is made.</summary>
    public const string ProductColumn = "Product";

    readonly PlantOptions _options;
    readonly Generator _orders;
    readonly FaultSchedule _faults;
    readonly Hall _hall;
    readonly Machining _machining;
    readonly (Station Station, int Signals)[] _stations;
    Recipe _recipe;
    IReadOnlyDictionary<string, string> _texts;
    long _cycle, _nextOrder;

    /// <summary>A plant at the start of a day, warmed up, with a tool somewhere in its life.</summary>
    public SimulatedPlant(PlantOptions options)
    {
        var random = new Generator(options.Seed);
        _options = options;
        _orders = random.Split();
        _faults = new FaultSchedule(options, random.Split());
        _hall = new Hall(random.Split());
        _machining = new Machining(random.Split());
        Station[] stations = [new Press(random.Split()), _machining, new Oven(random.Split()), new Assembly(random.Split())];
        _stations = [.. stations.Zip(DemoLine.Line.Children, (station, cell) => (station, cell.Signals.Count))];
        (_recipe, _texts) = StartOrder();
    }

    /// <summary>Whether the tool was changed before the last cycle: regularly at the end of its life, or because it broke.</summary>
    public bool ToolChanged => _machining.ToolChanged;

    /// <summary>The products of the line.</summary>
    public static IReadOnlyList<string> Products { get; } = [.. Recipe.All.Select(recipe => recipe.Product)];

    /// <summary>The next machine cycle.</summary>
    /// <param name="time">When it ends.</param>
    public LineSample Next(DateTimeOffset time)
    {
        if (_cycle == _nextOrder) (_recipe, _texts) = StartOrder();
        if (_faults.RepairedAt(_cycle, out var repaired))
            foreach (var (station, _) in _stations) station.Repair(repaired);
        var fault = _faults.At(_cycle);

        double[] values = new double[DemoLine.Signals.Count];
        _hall.Step(_cycle, values);
        var now = new Conditions(_recipe, _hall.Temperature, _hall.Humidity, fault?.Kind, fault?.Severity ?? 0);
        int at = DemoLine.Line.Signals.Count;
        foreach (var (station, signals) in _stations)
        {
            station.Step(now, values.AsSpan(at, signals));
            at += signals;
        }

        for (int i = 0; i < values.Length; i++) values[i] = DemoLine.Signals[i].Read(values[i]);
        var truth = fault is { } f ? new GroundTruth(f.Kind.Id(), f.Onset, f.Severity, f.Failed) : null;
        return new LineSample(_cycle++, time, _texts, values, truth);
    }

    (Recipe, IReadOnlyDictionary<string, string>) StartOrder()
    {
        var recipe = Recipe.All[_orders.NextInt(Recipe.All.Count)];
        _nextOrder = _cycle + _options.OrderCycles.Minimum + _orders.NextInt(_options.OrderCycles.Maximum - _options.OrderCycles.Minimum + 1);
        return (recipe, new Dictionary<string, string> { [ProductColumn] = recipe.Product });
    }
}
