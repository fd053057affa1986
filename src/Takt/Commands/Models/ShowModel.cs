using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;
using Takt.Graphs.Packages;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Lineages;
using Takt.Registry.Models;
using Takt.Terminal;

namespace Takt.Commands.Models;

/// <summary><c>takt models show</c></summary>
static class ShowModel
{
    public static Command Create()
    {
        var name = ModelsCommand.Model();
        var sample = new Option<bool>("--sample") { Description = "Write a request that an imported model can answer, and nothing else: takt models show M --sample > request.json" };
        var profile = new Option<bool>("--profile") { Description = "Run the graph on the inputs that its package holds, and tell where the time goes, node by node" };
        var runs = new Option<int>("--runs") { Description = "Runs that --profile times", DefaultValueFactory = _ => 100 };
        return new Command("show", "One version: its card, metrics, run and data, and every version beside it") { name, sample, profile, runs }.Does((context, _) =>
        {
            var registry = context.OpenRegistry();
            var version = registry.Models.Resolve(ModelReference.Parse(context.Get(name)));
            if (context.Get(profile)) return Task.FromResult(ProfileModel.Of(version, registry.Packages.PathOf(version.PackageSha256), context.Get(runs)));
            if (context.Get(sample)) return Task.FromResult(Sample(registry.Packages.PathOf(version.PackageSha256)));
            var model = registry.Models.Get(version.Name);
            var lineage = registry.Lineage.Of(version.Name, version.Number);
            var document = new
            {
                name = model.Name,
                version = Document(version),
                aliases = model.Aliases,
                versions = model.Versions.Select(Document),
                aliasMoves = registry.Aliases.History(model.Name),
                lineage = new { run = lineage.Run?.Id, data = lineage.Run?.DataSha256, datasets = lineage.Datasets.Select(d => $"{d.Name}:{d.Version}") },
                metrics = JsonNode.Parse(version.Metrics),
                card = JsonNode.Parse(version.Card),
                package = registry.Packages.PathOf(version.PackageSha256),
            };
            return Task.FromResult(new Answer(document, console => Show(console, model, lineage, registry.Packages.PathOf(version.PackageSha256))));
        });
    }

    static Answer Sample(string packagePath)
    {
        if (PackageFile.Read(packagePath).Samples is not { Cases: [var first, ..] })
            throw new InputException("a model without stored tensors", "an imported ONNX model with golden cases", "For a model that takes rows, see the columns in its card");
        var request = JsonNode.Parse(SampleRequest.Whole(first))!;
        return new Answer(request, console => console.Profile.Out.Writer.WriteLine(request.ToJsonString()));
    }

    /// <summary>A version as every JSON answer of the command line writes it.</summary>
    public static object Document(ModelVersion version) => new
    {
        version = version.Number,
        task = version.Task,
        target = version.Target,
        metric = version.MetricName,
        value = version.MetricValue,
        run = version.RunId,
        sha256 = version.PackageSha256,
        bytes = version.PackageBytes,
        created = version.CreatedAt,
    };

    /// <summary>Name and value of the metric that versions are told apart by.</summary>
    public static string MetricOf(ModelVersion version) =>
        version.MetricValue is { } value ? $"{version.MetricName} {Figures.Number(value)}" : "";

    static void Show(IAnsiConsole console, Model model, Lineage lineage, string packagePath)
    {
        console.WriteLine(PackageFile.Read(packagePath).Card.ToMarkdown());
        console.WriteLine(lineage switch
        {
            { Run: null } => "Imported: where it came from is in its card.",
            { Datasets: [] } => $"Made by run {lineage.Run.Id} from data {lineage.Run.DataSha256![..12]}, which is not registered as a dataset.",
            _ => $"Made by run {lineage.Run.Id} from dataset {string.Join(", ", lineage.Datasets.Select(d => $"{d.Name} version {d.Version}"))}.",
        });
        var table = new Table().Border(TableBorder.Rounded).AddColumns("version", "aliases", "test metric", "registered (UTC)", "run", "package");
        foreach (var version in model.Versions)
        {
            table.AddRow(
                Figures.Count(version.Number),
                Markup.Escape(string.Join(", ", model.Aliases.Where(a => a.Value == version.Number).Select(a => a.Key))),
                MetricOf(version), Figures.Minute(version.CreatedAt),
                version.RunId ?? "imported", Figures.Short(version.PackageSha256));
        }

        console.Write(table);
    }
}
