using Takt.Registry.Models;

namespace Takt.Registry.Tests;

/// <summary>Registers small packages.</summary>
static class Register
{
    public static async Task<ModelVersion> VersionAsync(
        ModelRegistry registry, string content, string name = "press", FinishedRun? run = null, IReadOnlyList<string>? aliases = null)
    {
        string file = Path.Combine(registry.Home, $"{Guid.NewGuid():N}.source");
        await File.WriteAllTextAsync(file, content);
        return await registry.Models.RegisterAsync(
            new NewVersion(name, "classification", "fault", "{}", "{}") { MetricName = "f1", MetricValue = 0.8, Run = run, Aliases = aliases ?? [] }, file, CancellationToken.None);
    }
}
