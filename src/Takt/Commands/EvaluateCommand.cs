using System.CommandLine;
using System.Text.Json.Nodes;
using Takt.Graphs.Packages;
using Takt.Learning.Jobs;
using Takt.Protocols.Names;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary><c>takt evaluate</c></summary>
static class EvaluateCommand
{
    public static Command Create()
    {
        var model = Models.ModelsCommand.Model();
        var data = new Option<string>("--data") { Description = "Rows with the truth in the target column", HelpName = "F", Required = true };
        var answers = new Option<string?>("--answers") { Description = "Remaining life of histories that were cut off: a file with the true life after each group's last row", HelpName = "F" };
        var reading = new ReadingFlags();
        return reading.AddTo(new Command("evaluate", "Compare a model's answers with the truth") { model, data, answers }).Does((context, stop) =>
        {
            var registry = context.OpenRegistry();
            var version = registry.Models.Resolve(ModelReference.Parse(context.Get(model)));
            var predictor = Predictor.Load(registry.Packages.PathOf(version.PackageSha256));
            var report = EvaluateJob.Run(predictor, context.Get(data)!, context.Get(answers), reading.Options(context), stop: stop);
            var document = new JsonObject
            {
                ["model"] = version.Name,
                ["version"] = version.Number,
                ["task"] = report.Task,
                ["target"] = report.Target,
                ["rows"] = report.Rows,
                ["data"] = report.Sha256,
                ["metrics"] = report.Metrics.ToJson(),
            };
            return Task.FromResult(new Answer(document, console =>
            {
                console.Write(MetricsTable.Of([($"{version.Name} version {version.Number}, {report.Rows} rows", report.Metrics)]));
            }));
        });
    }
}
