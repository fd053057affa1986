using System.Diagnostics;

namespace Takt.Registry.Tests.Processes;

/// <summary>This test assembly, started as another process.</summary>
static class OtherProcess
{
    public static Process Start(params string[] arguments) => Start("dotnet", ["exec", typeof(OtherProcess).Assembly.Location, .. arguments]);

    public static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    /// <summary>Waits for its end and expects success; what it said is the message otherwise.</summary>
    public static async Task EndedWellAsync(this Process process)
    {
        string said = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"the other process ended with {process.ExitCode}: {said}");
    }
}
