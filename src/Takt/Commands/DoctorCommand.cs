using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Spectre.Console;
using Takt.Registry;
using Takt.Tensors.Kernels;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary><c>takt doctor</c>: what this machine offers and what is missing, in plain words.</summary>
static class DoctorCommand
{
    /// <summary>Below this a training may fill the disk: a registry, some checkpoints and their packages.</summary>
    const double LeastFreeGigabytes = 2;

    /// <summary>Below this the demo's training and the server do not fit side by side.</summary>
    const double LeastMemoryGigabytes = 1;

    public static Command Create() => new Command("doctor", "What this machine offers and what is missing").Does((context, _) =>
    {
        Check[] checks = [Processor(), Kernels(), Memory(), Disk(context.Home), Home(context.Home), Registry(context.Home), Port(), Runtime()];
        bool well = checks.All(c => c.Well);
        return Task.FromResult(new Answer(new { well, checks }, console => Show(console, checks), well ? ExitCodes.Success : ExitCodes.WorkFailed));
    });

    static void Show(IAnsiConsole console, Check[] checks)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("", "what", "found", "what to do");
        foreach (var check in checks)
            table.AddRow(check.Well ? "[green]ok[/]" : "[yellow]look[/]", check.What, Markup.Escape(check.Found), Markup.Escape(check.WayOut ?? ""));
        console.Write(table);
    }

    static Check Processor() => new("processor", $"{RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores for this process", Well: true);

    static Check Kernels()
    {
        bool vectors = KernelPath.Supported.Count > 1;
        return new("kernels", $"{KernelPath.Current} in use; possible: {string.Join(", ", KernelPath.Supported)}", vectors,
            vectors ? null : "No vector instructions: training works, but slowly. Choose a machine with AVX2 or NEON for more");
    }

    static Check Memory()
    {
        double gigabytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9;
        bool well = gigabytes >= LeastMemoryGigabytes;
        return new("memory", Text($"{gigabytes:0.0} GB for this process"), well, well ? null : Text($"Give it at least {LeastMemoryGigabytes} GB"));
    }

    static Check Disk(string home)
    {
        string folder = Path.GetFullPath(home);
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        double gigabytes = new DriveInfo(folder).AvailableFreeSpace / 1e9;
        bool well = gigabytes >= LeastFreeGigabytes;
        return new("disk", Text($"{gigabytes:0.0} GB free for {Path.GetFullPath(home)}"), well, well ? null : Text($"Free at least {LeastFreeGigabytes} GB, or choose another --home"));
    }

    /// <summary>Whether the home, or the folder that it would be made in, may be written.</summary>
    static Check Home(string home)
    {
        string full = Path.GetFullPath(home), folder = full;
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        try
        {
            if (File.Exists(full)) throw new IOException($"{full} is a file");
            new FileStream(Path.Combine(folder, ".takt-doctor"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite, 1, FileOptions.DeleteOnClose).Dispose();
            return new("home", $"{full} may be written", Well: true);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return new("home", wrong.Message, Well: false, "Choose another --home, or mend this one");
        }
    }

    static Check Registry(string home)
    {
        if (!File.Exists(Path.Combine(home, "registry.db"))) return new("registry", $"none yet in {Path.GetFullPath(home)}; the first training makes it", Well: true);
        try
        {
            var registry = ModelRegistry.Open(home, TimeProvider.System);
            var versions = registry.Models.List().SelectMany(m => m.Versions).ToList();
            var missing = versions.Where(v => !registry.Packages.Has(v.PackageSha256)).Select(v => $"{v.Name}:{v.Number}").ToList();
            return missing.Count == 0
                ? new("registry", $"{versions.Count} model versions, every package there", Well: true)
                : new("registry", $"package missing for {string.Join(", ", missing)}", Well: false, "Bring the packages back from a backup, or delete these versions");
        }
        catch (Exception wrong) when (wrong is Protocols.Problems.InputException or IOException or UnauthorizedAccessException)
        {
            return new("registry", wrong.Message, Well: false, "Choose another --home, or mend this one");
        }
    }

    static Check Port()
    {
        var port = new Uri(ServerOptions.DefaultUrl);
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port.Port);
            listener.Start();
            return new("port", $"{port.Port} is free for 'takt serve'", Well: true);
        }
        catch (SocketException)
        {
            return new("port", $"{port.Port} is taken", Well: false, "Another program (or another Takt) listens there: serve with --urls http://127.0.0.1:7170");
        }
    }

    static Check Runtime() => new("runtime", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}", Well: true);

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    sealed record Check(string What, string Found, bool Well, string? WayOut = null);
}
