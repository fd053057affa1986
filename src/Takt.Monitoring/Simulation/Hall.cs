using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>The air around the machines: warm in the afternoon, damp when it is cool, and a little weather.</summary>
sealed class Hall(Generator random)
{
    /// <summary>A day at one part a minute.</summary>
    public const int CyclesPerDay = 24 * 60;

    readonly Drift _weather = new(deviation: 0.7, cycles: 300, random);
    readonly Drift _dampness = new(deviation: 3, cycles: 250, random);

    public double Temperature { get; private set; }
    public double Humidity { get; private set; }

    /// <summary>One cycle; the first signals of the line are the hall's.</summary>
    public void Step(long cycle, Span<double> signals)
    {
        double day = Math.Sin(2 * Math.PI * (cycle % CyclesPerDay) / CyclesPerDay);
        Temperature = 23 + 2.5 * day + _weather.Next();
        Humidity = Math.Clamp(48 - 1.6 * (Temperature - 23) + _dampness.Next(), 10, 95);
        signals[0] = Temperature + 0.1 * random.NextNormal();
        signals[1] = Humidity + 0.4 * random.NextNormal();
    }
}
