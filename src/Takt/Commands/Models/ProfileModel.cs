using System.Globalization;
using Spectre.Console;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Registry.Models;
using Takt.Tensors.Threading;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models show M --profile</c>: where the time of a run goes, node by node.</summary>
static class ProfileModel
{
    public static Answer Of(ModelVersion version, string packagePath, int runs)
    {
        var profile = PackageProfile.Of(PackageFile.Read(packagePath), runs, TimeProvider.System);
        return new Answer(
            new
            {
                model = version.Name, version = version.Number, runs = profile.Runs, threads = Workers.Count, milliseconds = profile.MillisecondsPerRun,
                nodes = profile.Nodes.Select(n => new { node = n.Node, @operator = n.Operator, kernel = n.Kernel, sizes = n.Sizes, milliseconds = n.Milliseconds, share = n.Share }),
            },
            console => Show(console, version, profile));
    }

    static void Show(IAnsiConsole console, ModelVersion version, PlanProfile profile)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("node", "operator", "kernel", "output", "ms", "share");
        foreach (var node in profile.Nodes)
            table.AddRow(
                Markup.Escape(node.Node), Markup.Escape(node.Operator), Markup.Escape(node.Kernel), Markup.Escape($"[{string.Join(", ", node.Sizes)}]"),
                node.Milliseconds.ToString("0.0000", CultureInfo.InvariantCulture), Figures.Share(node.Share, 1));
        console.Write(table);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{version.Name} version {version.Number}: {profile.MillisecondsPerRun:0.0000} ms a run, mean of {profile.Runs} on {Workers.Count} threads (TAKT_THREADS sets how many)."));
    }
}
