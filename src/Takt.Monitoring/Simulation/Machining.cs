using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>Machining centre: cutting torque grows with tool wear and hardness, power heats the spindle, wear grows with load until the tool is changed.</summary>
sealed class Machining(Generator random) : Station
{
    /// <summary>Cutting time after which a tool is changed [min].</summary>
    public const double ToolLife = 220;

    const double CuttingMinutesPerCycle = 0.42;

    readonly Drift _hardness = new(deviation: 0.018, cycles: 80, random);   // share of the torque
    readonly Drift _fouling = new(deviation: 0.9, cycles: 140, random);      // °C of spindle temperature
    readonly Lag _spindle = new(cycles: 10);
    double _wear = ToolLife * random.NextDouble();

    /// <summary>Whether the tool was changed before this cycle.</summary>
    public bool ToolChanged { get; private set; }

    public override void Step(in Conditions now, Span<double> signals)
    {
        double bearing = now.Of(FaultKind.BearingDamage), strain = now.Of(FaultKind.ToolOverstrain), cooling = now.Of(FaultKind.CoolingFailure);

        ToolChanged = _wear >= ToolLife;
        if (ToolChanged) _wear = 0;
        double worn = _wear / ToolLife;
        double torque = now.Recipe.CuttingTorque * (1 + 0.22 * worn * worn + _hardness.Next() + 0.3 * strain);
        torque *= 1 + (0.018 + 0.03 * strain) * random.NextNormal();
        double speed = now.Recipe.SpindleSpeed * (1 - 0.0006 * (torque - now.Recipe.CuttingTorque)) * (1 + 0.004 * random.NextNormal());
        double kilowatts = torque * speed * 2 * Math.PI / 60 / 1000;   // power = torque × angular speed
        _wear += CuttingMinutesPerCycle * Math.Pow(torque / now.Recipe.CuttingTorque, 1.2) * (1 + 1.5 * strain);

        double heat = now.HallTemperature + 9 + 2.4 * kilowatts * (1 + 0.85 * cooling) + 8 * bearing;
        signals[0] = speed;
        signals[1] = torque + 0.3 * random.NextNormal();
        signals[2] = Vibration(0.5 + 0.0006 * speed + 0.55 * worn * worn + 2.6 * bearing + 1.2 * strain, random);
        signals[3] = _spindle.Toward(heat) + _fouling.Next() + 0.3 * random.NextNormal();
        signals[4] = 3.5 + 1.6 * kilowatts * (1 + 0.08 * bearing) + 0.45 * random.NextNormal();
        signals[5] = _wear;
    }

    public override void Repair(FaultKind fault)
    {
        if (fault == FaultKind.ToolOverstrain) _wear = ToolLife;   // it broke: the next cycle begins with a change
        if (fault is FaultKind.CoolingFailure or FaultKind.BearingDamage) _spindle.Reset();
    }
}
