using System.Globalization;
using Takt.Monitoring.Lines;

namespace Takt.Monitoring.Simulation;

/// <summary>A training set from the simulated plant: one row a machine cycle with what was measured and what was really wrong.</summary>
public static class PlantHistory
{
    /// <summary>The label: 1 while a fault is developing or present, otherwise 0.</summary>
    public const string FaultColumn = "Fault";

    /// <summary>The kind of fault, or <c>none</c>; known only afterwards, so never an input of a model.</summary>
    public const string FaultKindColumn = "Fault kind";

    /// <summary>When the cycle ended.</summary>
    public const string TimeColumn = "Time";

    /// <summary>Number of the cycle.</summary>
    public const string CycleColumn = "Cycle";

    /// <summary>Time between two parts in the history.</summary>
    public static TimeSpan TaktTime { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The header of the table: names with units in brackets.</summary>
    public static IReadOnlyList<string> Header { get; } =
        [TimeColumn, CycleColumn, SimulatedPlant.ProductColumn, .. DemoLine.Signals.Select(signal => signal.Header), FaultKindColumn, FaultColumn];

    /// <summary>The cycles of a plant, one <see cref="TaktTime"/> apart.</summary>
    /// <param name="options">Seed and behaviour.</param>
    /// <param name="cycles">How many.</param>
    /// <param name="end">When the last one ends.</param>
    public static IEnumerable<LineSample> Generate(PlantOptions options, int cycles, DateTimeOffset end)
    {
        var plant = new SimulatedPlant(options);
        for (int i = cycles - 1; i >= 0; i--) yield return plant.Next(end - i * TaktTime);
    }

    /// <summary>Writes a training set as CSV (UTF-8, comma, point).</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="options">Seed and behaviour.</param>
    /// <param name="cycles">Rows.</param>
    /// <param name="end">When the last cycle ends.</param>
    public static void WriteCsv(Stream stream, PlantOptions options, int cycles, DateTimeOffset end)
    {
        using var file = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        file.WriteLine(string.Join(',', Header));
        foreach (var sample in Generate(options, cycles, end)) Write(file, sample);
    }

    static void Write(StreamWriter file, LineSample sample)
    {
        file.Write(sample.Time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        file.Write(',');
        file.Write(sample.Cycle);
        file.Write(',');
        file.Write(sample.Texts[SimulatedPlant.ProductColumn]);
        foreach (double value in sample.Values)
        {
            file.Write(',');
            file.Write(value.ToString(CultureInfo.InvariantCulture));
        }

        file.Write(',');
        file.Write(sample.Truth?.Kind ?? "none");
        file.Write(sample.Truth is null ? ",0\n" : ",1\n");
    }
}
