using Takt.Monitoring.Simulation;

namespace Takt.EndToEnd.Program;

/// <summary>Small data of the project's own: the simulated plant's history.</summary>
static class Plant
{
    /// <summary>Writes a history of the simulated line as CSV.</summary>
    public static string WriteHistory(TemporaryFolder folder, int cycles = 3000, string file = "line.csv", ulong seed = 11)
    {
        using var table = File.Create(folder[file]);
        PlantHistory.WriteCsv(table, new PlantOptions(seed), cycles, new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero));
        return folder[file];
    }

    /// <summary>A spec that trains a small model on <c>line.csv</c> within seconds.</summary>
    public static string WriteSpec(TemporaryFolder folder, int epochs = 4, string name = "line-fault") => folder.Write("spec.yaml", $$"""
        name: {{name}}
        data: { file: line.csv, target: Fault, time: Time, ignore: [Cycle, Fault kind] }
        model: { family: dense, layers: [16] }
        train: { epochs: {{epochs}}, batch: 64, patience: {{epochs}}, seed: 7 }
        """);
}
