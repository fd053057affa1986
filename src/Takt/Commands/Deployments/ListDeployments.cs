using System.CommandLine;
using Spectre.Console;
using Takt.Protocols.Deployments;
using Takt.Registry.Deployments;
using Takt.Terminal;

namespace Takt.Commands.Deployments;

/// <summary><c>takt deployments list</c></summary>
static class ListDeployments
{
    public static Command Create() => new Command("list", "Every model of which something was said").Does((context, _) =>
    {
        var deployments = context.OpenRegistry().Deployments.List();
        return Task.FromResult(new Answer(new { deployments }, console => Show(console, deployments)));
    });

    static void Show(IAnsiConsole console, IReadOnlyList<Deployment> deployments)
    {
        if (deployments.Count == 0)
        {
            console.WriteLine("Every model is served on demand: its champion answers, else its newest version. To say otherwise: takt deployments set MODEL FILE");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("model", "served", "traffic", "shadow", "fallback", "revision", "since (UTC)");
        foreach (var (model, revision, spec, changed) in deployments)
            table.AddRow(
                Markup.Escape(model), spec is null ? "on demand" : spec.Active ? "yes" : "no", Markup.Escape(Traffic(spec)), Markup.Escape(spec?.Shadow?.To ?? ""),
                Markup.Escape(spec?.Fallback ?? ""), Figures.Count(revision), Figures.Minute(changed));
        console.Write(table);
    }

    static string Traffic(DeploymentSpec? spec) => spec is null or { Traffic.Count: 0 }
        ? "champion, else newest"
        : string.Join(", ", spec.Traffic.Select(t => $"{Figures.Number(t.Weight)} to {t.To}"));
}
