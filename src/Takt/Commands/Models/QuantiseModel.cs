using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Graphs.Packages;
using Takt.Graphs.Quantising;
using Takt.Learning.Jobs;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Registry.Models;
using Takt.Terminal;
using Takt.Training;

namespace Takt.Commands.Models;

/// <summary><c>takt models quantise</c></summary>
static class QuantiseModel
{
    static readonly string[] s_forms = ["int8", "float16", "bfloat16"], s_ranges = ["percentile", "minmax"];

    public static Command Create()
    {
        var model = ModelsCommand.Model();
        var data = new Option<string>("--data") { Description = "Rows with the truth in the target column: ranges are calibrated on them, and the change of accuracy is measured; for an imported ONNX model a request of many rows (.json)", HelpName = "F", Required = true };
        var weightsOnly = new Option<bool>("--weights-only") { Description = "Store the weights smaller and compute in single precision" };
        var type = new Option<string>("--type") { Description = "int8 (default), float16 or bfloat16; 16 bits are weights only", HelpName = "T", DefaultValueFactory = _ => s_forms[0] };
        var ranges = new Option<string>("--ranges") { Description = "int8: percentile (default) leaves out the outermost 0.01 % of activations, minmax takes all", HelpName = "R", DefaultValueFactory = _ => s_ranges[0] };
        var name = new Option<string?>("--name") { Description = "Name of the model that the result becomes a version of; default the same", HelpName = "N" };
        var reading = new ReadingFlags();
        return reading.AddTo(new Command("quantise", "Make a version smaller: weights, or weights and activations, in 8 or 16 bits; tells what it costs") { model, data, weightsOnly, type, ranges, name }).Does(async (context, stop) =>
        {
            var options = new QuantiseOptions(
                (NumberForm)OneOf(s_forms, context.Get(type)!, "--type"), context.Get(weightsOnly), (RangeMethod)OneOf(s_ranges, context.Get(ranges)!, "--ranges"));
            var registry = context.OpenRegistry();
            var source = registry.Models.Resolve(ModelReference.Parse(context.Get(model)));
            var package = PackageFile.Read(registry.Packages.PathOf(source.PackageSha256));
            var now = TimeProvider.System.GetUtcNow();
            string target = context.Get(name) ?? source.Name;
            ResourceName.Check(target, "model name");
            if (package.IsGraphAlone)
            {
                var graph = GraphQuantiser.Quantise(package, TensorPrediction.Read(context.Get(data)!).Inputs, options, now, stop);
                var made = await RegisterAsync(registry, graph.Package, target, stop);
                var told = Document(source, made, options, graph.Model);
                told["changes"] = new JsonArray([.. graph.Changes.Select(c => new JsonObject { ["output"] = c.Name, ["greatestDifference"] = c.GreatestDifference, ["range"] = c.Range, ["sameBest"] = c.SameBest })]);
                return new Answer(told, console =>
                {
                    console.Line(Sentence(made, options, graph.Model));
                    foreach (var change in graph.Changes) console.Line($"  {change}");
                });
            }

            var report = QuantiseJob.Run(new Predictor(package), context.Get(data)!, options, now, reading.Options(context), stop);
            var version = await RegisterAsync(registry, report.Package, target, stop);
            var document = Document(source, version, options, report.Model);
            document["rows"] = report.After.Rows;
            document["metrics"] = new JsonObject { ["before"] = report.Before.Metrics.ToJson(), ["after"] = report.After.Metrics.ToJson() };
            return new Answer(document, console =>
            {
                console.Write(MetricsTable.Of([($"{source.Name} version {source.Number}", report.Before.Metrics), ($"{version.Name} version {version.Number}, quantised", report.After.Metrics)]));
                console.Line($"{Sentence(version, options, report.Model)} Judged on {Figures.Count(report.After.Rows)} rows.");
            });
        });
    }

    static async Task<ModelVersion> RegisterAsync(ModelRegistry registry, Package package, string name, CancellationToken stop)
    {
        string file = Path.Combine(Path.GetTempPath(), $"takt-{Path.GetRandomFileName()}.takt");
        try
        {
            PackageFile.Write(package with { Name = name }, file);
            return await registry.Models.RegisterAsync(PackagedVersion.Of(package, name), file, stop);
        }
        finally
        {
            File.Delete(file);
        }
    }

    static JsonObject Document(ModelVersion source, ModelVersion made, QuantiseOptions options, QuantisedModel model) => new()
    {
        ["model"] = made.Name,
        ["version"] = made.Number,
        ["from"] = new JsonObject { ["model"] = source.Name, ["version"] = source.Number },
        ["type"] = options.Form.ToString().ToLowerInvariant(),
        ["weightsOnly"] = options.StoresOnly,
        ["quantised"] = model.Nodes,
        ["bytes"] = new JsonObject { ["before"] = model.BytesBefore, ["after"] = model.BytesAfter },
    };

    static string Sentence(ModelVersion made, QuantiseOptions options, QuantisedModel model) => string.Create(CultureInfo.InvariantCulture,
        $"{made.Name} version {made.Number} registered: {options}, {model.Nodes} {(options.StoresOnly ? "tensors" : "layers")}, {model.BytesBefore:N0} → {model.BytesAfter:N0} bytes.");

    static int OneOf(string[] words, string given, string option) =>
        Array.IndexOf(words, given) is >= 0 and var place ? place : throw new InputException($"{option} '{given}'", string.Join(", ", words), NearestName.Suggest(given, words));
}
