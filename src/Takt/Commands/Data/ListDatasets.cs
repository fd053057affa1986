using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Takt.Registry.Datasets;
using Takt.Terminal;

namespace Takt.Commands.Data;

/// <summary><c>takt data list</c></summary>
static class ListDatasets
{
    public static Command Create() => new Command("list", "Every registered dataset").Does((context, _) =>
    {
        var datasets = context.OpenRegistry().Datasets.List();
        return Task.FromResult(new Answer(new { datasets = datasets.Select(Document) }, console => Show(console, datasets)));
    });

    /// <summary>A dataset as every JSON answer of the command line writes it.</summary>
    public static object Document(Dataset dataset) => new
    {
        name = dataset.Name,
        version = dataset.Version,
        sha256 = dataset.Sha256,
        rows = dataset.Rows,
        source = dataset.Source,
        created = dataset.CreatedAt,
        schema = JsonNode.Parse(dataset.Schema),
    };

    static void Show(IAnsiConsole console, IReadOnlyList<Dataset> datasets)
    {
        if (datasets.Count == 0)
        {
            console.WriteLine("No dataset yet. Register one: takt data import FILE --name NAME");
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).AddColumns("dataset", "version", "rows", "SHA-256", "registered (UTC)", "file");
        foreach (var d in datasets)
        {
            table.AddRow(
                Markup.Escape(d.Name), Figures.Count(d.Version), Figures.Count(d.Rows), Figures.Short(d.Sha256),
                Figures.Minute(d.CreatedAt), Markup.Escape(d.Source));
        }

        console.Write(table);
    }
}
