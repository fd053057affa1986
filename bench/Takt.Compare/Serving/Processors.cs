using System.Globalization;

namespace Takt.Compare.Serving;

/// <summary>How busy this machine's processors are, all together, whoever uses them: <c>/proc/stat</c>, proc(5), which Linux has.</summary>
static class Processors
{
    /// <summary>The share of the processors' time that was used, from 0 to 1, while waiting here.</summary>
    /// <param name="length">How long to look.</param>
    public static double Busy(TimeSpan length)
    {
        var (idle, all) = Read();
        Thread.Sleep(length);
        var (idleThen, allThen) = Read();
        return 1 - ((idleThen - idle) / (allThen - all));
    }

    /// <summary>The first line counts ticks: user, nice, system, idle, waiting for a disk, interrupts of two kinds, stolen; what guests used is in the first two already.</summary>
    static (double Idle, double All) Read()
    {
        double[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        return (ticks[3] + ticks[4], ticks.Sum());
    }
}
