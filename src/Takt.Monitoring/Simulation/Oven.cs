using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>Washer and drying oven. Its controller holds the thermometer's reading at the set-point, so a drifting thermometer hides: only the heater and the moisture tell.</summary>
sealed class Oven(Generator random) : Station
{
    readonly Drift _control = new(deviation: 0.7, cycles: 40, random);
    readonly Drift _load = new(deviation: 0.35, cycles: 100, random);   // A of heater current: wetter or drier parts
    readonly Lag _chamber = new(cycles: 12);

    public override void Step(in Conditions now, Span<double> signals)
    {
        double misreading = 26 * now.Of(FaultKind.OvenSensorDrift);   // °C the thermometer reads too high
        double reading = _chamber.Toward(now.Recipe.OvenTemperature) + _control.Next();
        double chamber = reading - misreading;
        signals[0] = reading + 0.5 * random.NextNormal();
        signals[1] = 11 * Math.Exp(-(chamber - 155) / 38) * Math.Sqrt(now.HallHumidity / 48) + 0.4 * random.NextNormal();
        signals[2] = 12 + 0.17 * (chamber - now.HallTemperature) + _load.Next() + 0.5 * random.NextNormal();
    }
}
