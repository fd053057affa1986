using Takt.Serving.Statistics;

namespace Takt.Serving.Energy;

/// <summary>
/// Shares the energy of the machine's processors out among the versions that compute: to each its part of the time that all cores worked, so what idles and what other programs
/// do is not theirs. Where the machine tells no energy, a stated figure for each second of a core stands in.
/// </summary>
/// <param name="options">Where to read, and the figure.</param>
public sealed class EnergyMeter(EnergyOptions options)
{
    readonly Lock _gate = new();
    readonly PackageCounters? _counters = PackageCounters.Find(options.Root);
    double _joules;
    TimeSpan? _busy;

    /// <summary>Where the figures come from: <c>package</c> (the processors' counters) or <c>estimate</c> (seconds of cores times watts).</summary>
    public string Source => _counters is null ? "estimate" : "package";

    /// <summary>Gives each version what its computing since the last time took.</summary>
    internal void Settle(IEnumerable<VersionCounts> versions)
    {
        lock (_gate)
        {
            var worked = versions.Select(version => (Version: version, Cpu: version.TakeUnsettled())).Where(one => one.Cpu > TimeSpan.Zero).ToList();
            double perSecond = _counters is null ? options.WattsPerCore : SinceLast(_counters, worked.Aggregate(TimeSpan.Zero, (sum, one) => sum + one.Cpu));
            foreach (var (version, cpu) in worked) version.Took(cpu.TotalSeconds * perSecond);
        }
    }

    /// <summary>Joules for each second that a core worked since the last time.</summary>
    double SinceLast(PackageCounters counters, TimeSpan ours)
    {
        double joules;
        TimeSpan busy;
        try
        {
            (joules, busy) = counters.Read();
        }
        catch (Exception failure) when (PackageCounters.IsUnreadable(failure))
        {
            return 0; // what was taken meanwhile is shared out when they can be read again
        }

        // The machine's time moves in steps of 10 ms, ours in nanoseconds: together the models never worked longer than the machine.
        var all = busy - (_busy ?? busy);
        if (all < ours) all = ours;
        double perSecond = all > TimeSpan.Zero ? (joules - _joules) / all.TotalSeconds : 0;
        (_joules, _busy) = (joules, busy);
        return perSecond;
    }
}
