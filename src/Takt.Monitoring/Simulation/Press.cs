using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>Hydraulic forming press. A leak lowers the pressure; the pump works against it and warms the oil.</summary>
sealed class Press(Generator random) : Station
{
    readonly Drift _valve = new(deviation: 0.006, cycles: 90, random);   // share of the set pressure
    readonly Drift _filter = new(deviation: 0.8, cycles: 150, random);    // °C of oil temperature by fouling
    readonly Lag _oil = new(cycles: 45);

    public override void Step(in Conditions now, Span<double> signals)
    {
        double leak = now.Of(FaultKind.HydraulicLeak);
        double pressure = now.Recipe.Pressure * (1 + _valve.Next() - 0.11 * leak);
        double oil = _oil.Toward(now.HallTemperature + 16 + 0.06 * now.Recipe.Pressure + 11 * leak) + _filter.Next();
        double current = 9 + 0.125 * now.Recipe.Pressure * (1 + 0.24 * leak) - 0.03 * (oil - 50);   // warm oil flows easily
        signals[0] = pressure * (1 + 0.007 * random.NextNormal());
        signals[1] = oil + 0.3 * random.NextNormal();
        signals[2] = Vibration(0.9 + 0.003 * now.Recipe.Pressure + 0.45 * leak, random);
        signals[3] = current + 0.8 * random.NextNormal();
    }

    public override void Repair(FaultKind fault)
    {
        if (fault == FaultKind.HydraulicLeak) _oil.Reset();
    }
}
