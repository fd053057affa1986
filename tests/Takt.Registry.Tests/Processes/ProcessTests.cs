using System.Diagnostics;


namespace Takt.Registry.Tests.Processes;

public sealed class ProcessTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("takt-processes-").FullName;

    string Home => Path.Combine(_folder, "home");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Two_processes_that_start_on_an_empty_home_and_write_at_once_never_collide()
    {
        const int each = 24;
        using var one = OtherProcess.Start("hammer", Home, "one", $"{each}");
        using var two = OtherProcess.Start("hammer", Home, "two", $"{each}");
        foreach (var process in (Process[])[one, two]) Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        await File.WriteAllTextAsync(Home + ".go", "");
        await one.EndedWellAsync();
        await two.EndedWellAsync();

        var registry = await WholeRegistry.AssertAsync(Home);
        var added = registry.Audit.List(limit: 1000).Where(e => e.Kind == "version-added").Select(e => e.Subject).Order();
        Assert.Equal(Enumerable.Range(1, 2 * each).Select(n => $"press:{n}").Order(), added);
        Assert.Equal(2 * each, registry.Runs.List(limit: 1000).Select(r => r.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_process_killed_at_any_moment_leaves_the_registry_whole()
    {
        for (int round = 0; round < 6; round++)
        {
            using var process = OtherProcess.Start("churn", Home);
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
            Thread.Sleep(10 + 23 * round);   // somewhere within its loop of some ten milliseconds
            process.Kill();                  // SIGKILL: nothing of it runs any more
            await process.WaitForExitAsync();

            await WholeRegistry.AssertAsync(Home);
        }

        var registry = await WholeRegistry.AssertAsync(Home);
        Assert.NotEmpty(registry.Models.Get("press").Versions);
    }

    [OwnDiskFact]
    public async Task A_full_disk_leaves_the_registry_whole_and_room_makes_it_go_on()
    {
        // A disk of 640 kB in a mount namespace of its own, gone with the process.
        string disk = Directory.CreateDirectory(Path.Combine(_folder, "disk")).FullName;
        string command = $"mount -t tmpfs -o size=640k none '{disk}' && exec dotnet exec '{typeof(ProcessTests).Assembly.Location}' full '{disk}'";
        using var process = OtherProcess.Start("unshare", ["--map-root-user", "--mount", "sh", "-c", command]);
        await process.EndedWellAsync();
    }
}

/// <summary>A test that needs a small disk of its own; skipped, with the reason, where the system gives none.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class OwnDiskFactAttribute : FactAttribute
{
    public OwnDiskFactAttribute()
    {
        if (!CanMount()) Skip = "needs Linux with 'unshare' and unprivileged mount namespaces";
    }

    static bool CanMount()
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            using var process = OtherProcess.Start("unshare", ["--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]);
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
