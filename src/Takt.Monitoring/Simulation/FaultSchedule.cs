using Takt.Tensors;

namespace Takt.Monitoring.Simulation;

/// <summary>When faults begin, how fast they grow and when they are repaired. One fault at a time; every kind comes once before any comes again.</summary>
sealed class FaultSchedule
{
    /// <summary>Severity at the onset: a spall, crack or torn seal begins with a step, then grows on. Lower makes early detection harder for every model.</summary>
    const double InitialSeverity = 0.25;

    readonly PlantOptions _options;
    readonly Generator _random;
    readonly Queue<FaultKind> _coming = [];
    long _onset, _failure, _repair;

    public FaultSchedule(PlantOptions options, Generator random)
    {
        (_options, _random) = (options, random);
        Plan(options.FirstFault ?? random.NextInt(options.HealthyCycles.Maximum));
        if (options.FirstKind is { } first) Kind = first;
    }

    /// <summary>The fault that comes next or is there.</summary>
    public FaultKind Kind { get; private set; }

    /// <summary>Fault, severity and whether the part has failed in a cycle; cycles must come in order. Null while all is well.</summary>
    public (FaultKind Kind, long Onset, double Severity, bool Failed)? At(long cycle)
    {
        if (cycle < _onset) return null;
        double progress = (cycle - _onset + 1.0) / (_failure - _onset);
        return (Kind, _onset, InitialSeverity + (1 - InitialSeverity) * Math.Min(1, progress), cycle >= _failure);
    }

    /// <summary>Whether a fault was repaired just before this cycle; plans the next one.</summary>
    public bool RepairedAt(long cycle, out FaultKind repaired)
    {
        repaired = Kind;
        if (cycle != _repair) return false;
        Plan(cycle + Draw(_options.HealthyCycles));
        return true;
    }

    void Plan(long onset)
    {
        if (_coming.Count == 0)
        {
            int[] order = _random.Permutation(FaultKinds.All.Count);
            foreach (int i in order) _coming.Enqueue(FaultKinds.All[i]);
        }

        Kind = _coming.Dequeue();
        _onset = onset;
        _failure = onset + Draw(_options.DevelopmentCycles);
        _repair = _failure + Draw(_options.FailedCycles);
    }

    int Draw((int Minimum, int Maximum) range) => range.Minimum + _random.NextInt(range.Maximum - range.Minimum + 1);
}
