using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>Assembly with a pneumatic screwdriver: the torque follows the air pressure and the clutch.</summary>
sealed class Assembly(Generator random) : Station
{
    const double NominalAir = 6.1;

    readonly Drift _air = new(deviation: 0.06, cycles: 80, random);
    readonly Drift _lubrication = new(deviation: 0.009, cycles: 120, random);   // share of the torque

    public override void Step(in Conditions now, Span<double> signals)
    {
        double clutch = now.Of(FaultKind.ClutchWear);
        double air = NominalAir + _air.Next() + 0.12 * (random.NextDouble() - 0.5);   // the compressor switches on and off
        double torque = now.Recipe.ScrewTorque * Math.Pow(air / NominalAir, 0.6) * (1 + _lubrication.Next() - 0.16 * clutch);
        signals[0] = torque * (1 + (0.011 + 0.02 * clutch) * random.NextNormal());
        signals[1] = air + 0.02 * random.NextNormal();
        signals[2] = Vibration(0.8 + 0.03 * now.Recipe.ScrewTorque + 1.3 * clutch, random);
    }
}
