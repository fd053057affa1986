using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>What a station works under in one cycle.</summary>
/// <param name="Recipe">Set-points of the product.</param>
/// <param name="HallTemperature">True hall temperature [°C].</param>
/// <param name="HallHumidity">True relative humidity of the hall [%].</param>
/// <param name="Fault">The fault that develops somewhere on the line, or null.</param>
/// <param name="Severity">Its severity, 0 to 1.</param>
readonly record struct Conditions(Recipe Recipe, double HallTemperature, double HallHumidity, FaultKind? Fault, double Severity)
{
    /// <summary>Severity of one kind: 0 unless it is the one that develops.</summary>
    public double Of(FaultKind kind) => Fault == kind ? Severity : 0;
}

/// <summary>The physics of one station. Every station has its own source of chance, so that a change in one leaves the others alike.</summary>
abstract class Station
{
    /// <summary>One machine cycle: writes the true values plus measuring noise, in the order of the station's signals.</summary>
    public abstract void Step(in Conditions now, Span<double> signals);

    /// <summary>A repair after a failure: the machine stood still and starts settled.</summary>
    public virtual void Repair(FaultKind fault) { }

    /// <summary>Vibration is never negative and has a long upper tail: passing trucks, a stack set down hard.</summary>
    protected static double Vibration(double level, Generator random)
    {
        double scattered = level * Math.Exp(0.09 * random.NextNormal());
        return random.NextDouble() < 0.012 ? scattered * (1.2 + random.NextDouble()) : scattered;
    }
}
