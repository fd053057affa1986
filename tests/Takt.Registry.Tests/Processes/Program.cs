using System.Globalization;
using Takt.Protocols.Names;
using Takt.Registry.Models;

namespace Takt.Registry.Tests.Processes;

/// <summary>What another process does in the tests. It is the real registry; only who starts it is a test.</summary>
static class Program
{
    static async Task<int> Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["hammer", var home, var who, var count]:
                await HammerAsync(home, who, int.Parse(count, CultureInfo.InvariantCulture));
                return 0;
            case ["churn", var home]:
                await ChurnAsync(home);
                return 0;
            case ["full", var folder]:
                return await FullDisk.RunAsync(folder);
            default:
                await Console.Error.WriteLineAsync("expected hammer HOME WHO COUNT, churn HOME or full FOLDER");
                return 2;
        }
    }

    /// <summary>Waits for the starting signal, opens the registry and registers versions. Each second package has the content of the other process's.</summary>
    static async Task HammerAsync(string home, string who, int count)
    {
        await Console.Out.WriteLineAsync("ready");
        while (!File.Exists(home + ".go")) Thread.Sleep(1);
        var registry = ModelRegistry.Open(home, TimeProvider.System);
        for (int i = 0; i < count; i++)
        {
            string run = $"{who}-{i}";
            registry.Runs.Begin(run, "press", "{}", "7", registry.RunFolder(run));
            var version = await RegisterAsync(registry, home + "." + who, i % 2 == 0 ? $"both {i}" : $"{who} {i}", new FinishedRun(run, "data", "{}"), "champion");
            if (i % 4 == 3) DeleteUnlessNamed(registry, version.Number);
        }
    }

    /// <summary>Registers and deletes until it is killed.</summary>
    static async Task ChurnAsync(string home)
    {
        var registry = ModelRegistry.Open(home, TimeProvider.System);
        for (int i = 0; ; i++)
        {
            string run = Guid.NewGuid().ToString("N");
            registry.Runs.Begin(run, "press", "{}", "7", registry.RunFolder(run));
            var version = await RegisterAsync(registry, home + ".churn", $"content {i % 3}", new FinishedRun(run, "data", "{}"), i % 2 == 0 ? ["champion"] : []);
            if (i % 2 == 1) DeleteUnlessNamed(registry, version.Number);
            if (i == 0) await Console.Out.WriteLineAsync("ready");   // from here on it is warm, and any moment is a good one to be killed
        }
    }

    static void DeleteUnlessNamed(ModelRegistry registry, int number)
    {
        try
        {
            registry.Models.Delete("press", number);
        }
        catch (Takt.Protocols.Problems.InputException e) when (e.Message.Contains("points to"))
        {
            // the other process has not moved the champion on yet
        }
    }

    static async Task<ModelVersion> RegisterAsync(ModelRegistry registry, string file, string content, FinishedRun run, params string[] aliases)
    {
        await File.WriteAllTextAsync(file, content);
        return await registry.Models.RegisterAsync(new NewVersion("press", "classification", "fault", "{}", "{}") { Run = run, Aliases = aliases }, file, CancellationToken.None);
    }
}
