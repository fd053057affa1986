using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Graphs.Packages;
using Takt.Graphs.Quantising;
using Takt.Learning.Jobs;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
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
        var data = new Option<string>("--data") { Description = "Rows with the truth in the target column: ranges are calibrated on them, and the change of accuracy is measured", HelpName = "F", Required = true };
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
            var predictor = Predictor.Load(registry.Packages.PathOf(source.PackageSha256));
            var report = QuantiseJob.Run(predictor, context.Get(data)!, options, TimeProvider.System.GetUtcNow(), reading.Options(context), stop);

            string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.takt");
            try
            {
                string target = context.Get(name) ?? source.Name;
                PackageFile.Write(report.Package with { Name = target }, file);
                var version = await registry.Models.RegisterAsync(PackagedVersion.Of(report.Package, target), file, stop);
                var document = new JsonObject
                {
                    ["model"] = version.Name,
                    ["version"] = version.Number,
                    ["from"] = new JsonObject { ["model"] = source.Name, ["version"] = source.Number },
                    ["type"] = context.Get(type),
                    ["weightsOnly"] = options.WeightsOnly || options.Form != NumberForm.Int8,
                    ["quantised"] = report.Model.Nodes,
                    ["bytes"] = new JsonObject { ["before"] = report.Model.BytesBefore, ["after"] = report.Model.BytesAfter },
                    ["rows"] = report.After.Rows,
                    ["metrics"] = new JsonObject { ["before"] = report.Before.Metrics.ToJson(), ["after"] = report.After.Metrics.ToJson() },
                };
                return new Answer(document, console =>
                {
                    console.Write(MetricsTable.Of([($"{source.Name} version {source.Number}", report.Before.Metrics), ($"{version.Name} version {version.Number}, quantised", report.After.Metrics)]));
                    console.Line(string.Create(CultureInfo.InvariantCulture,
                        $"{version.Name} version {version.Number} registered: {report.Model.Nodes} {(options.WeightsOnly || options.Form != NumberForm.Int8 ? "tensors" : "layers")} in {context.Get(type)}, {report.Model.BytesBefore:N0} → {report.Model.BytesAfter:N0} bytes; judged on {report.After.Rows:N0} rows."));
                });
            }
            finally
            {
                File.Delete(file);
            }
        });
    }

    static int OneOf(string[] words, string given, string option) =>
        Array.IndexOf(words, given) is >= 0 and var place ? place : throw new InputException($"{option} '{given}'", string.Join(", ", words), NearestName.Suggest(given, words));
}
