using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>A quantity that wanders slowly around zero (Ornstein–Uhlenbeck process): fouling, hardness of the batch, the weather.</summary>
/// <param name="deviation">Standard deviation in the long run.</param>
/// <param name="cycles">How many cycles it remembers (time constant).</param>
/// <param name="random">Its own source of chance.</param>
sealed class Drift(double deviation, double cycles, Generator random)
{
    double _value = deviation * random.NextNormal();

    public double Next() => _value += -_value / cycles + deviation * Math.Sqrt(2 / cycles) * random.NextNormal();
}

/// <summary>A quantity that follows its cause slowly (first-order lag): temperatures.</summary>
/// <param name="cycles">Time constant.</param>
sealed class Lag(double cycles)
{
    double _value = double.NaN;

    /// <summary>One cycle closer to the target; the first call begins there.</summary>
    public double Toward(double target) => _value = double.IsNaN(_value) ? target : _value + (target - _value) / cycles;

    /// <summary>Begins anew at the next target, as after a long stop.</summary>
    public void Reset() => _value = double.NaN;
}
