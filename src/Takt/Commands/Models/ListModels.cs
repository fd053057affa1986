using System.CommandLine;
using Spectre.Console;
using Takt.Registry.Models;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models list</c></summary>
static class ListModels
{
    public static Command Create() => new Command("list", "Every model with its newest version and its aliases").Does((context, _) =>
    {
        var models = context.OpenRegistry().Models.List();
        return Task.FromResult(new Answer(new { models = models.Select(Document) }, console => Show(console, models)));
    });

    static object Document(Model model) => new
    {
        name = model.Name,
        aliases = model.Aliases,
        versions = model.Versions.Select(ShowModel.Document),
    };

    static void Show(IAnsiConsole console, IReadOnlyList<Model> models)
    {
        if (models.Count == 0)
        {
            console.WriteLine("No model yet. Train one: takt train --data FILE --target COLUMN --name NAME");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("model", "newest", "task", "target", "test metric", "aliases", "registered (UTC)");
        foreach (var model in models)
        {
            var newest = model.Versions[^1];
            table.AddRow(
                Markup.Escape(model.Name), Figures.Count(newest.Number), newest.Task, Markup.Escape(newest.Target), ShowModel.MetricOf(newest),
                Markup.Escape(string.Join(", ", model.Aliases.Select(a => $"{a.Key} → {a.Value}"))),
                Figures.Minute(newest.CreatedAt));
        }

        console.Write(table);
    }
}
