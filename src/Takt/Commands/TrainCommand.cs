using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Takt.Learning.Jobs;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;
using Takt.Registry;
using Takt.Terminal;
using Takt.Training;

namespace Takt.Commands;

/// <summary><c>takt train</c></summary>
static class TrainCommand
{
    public static Command Create()
    {
        var spec = new Argument<string?>("SPEC") { Description = "A train spec (YAML); without one, say --data, --target and --name", Arity = ArgumentArity.ZeroOrOne };
        var data = new Option<string?>("--data") { Description = "The table to learn from", HelpName = "F" };
        var target = new Option<string?>("--target") { Description = "The column to predict, or remaining-life[:CAP]", HelpName = "C" };
        var task = new Option<string?>("--task") { Description = "classification or regression; default: told from the target", HelpName = "T" };
        var name = new Option<string?>("--name") { Description = "Name of the model", HelpName = "N" };
        var ignore = new Option<string[]>("--ignore") { Description = "Columns not to learn from", HelpName = "C", AllowMultipleArgumentsPerToken = true };
        var group = new Option<string?>("--group") { Description = "The column that says what a row belongs to", HelpName = "C" };
        var time = new Option<string?>("--time") { Description = "The column that orders the rows", HelpName = "C" };
        var encoding = new Option<string?>("--encoding") { Description = "Encoding of the file, such as latin1 or gb18030; default: found out", HelpName = "E" };
        var skip = new Option<bool>("--skip-bad-rows") { Description = "Leave rows out that cannot be read, instead of stopping" };
        var epochs = new Option<int?>("--epochs") { Description = "Most passes over the data", HelpName = "N" };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of everything random; the same seed gives the same model", HelpName = "N" };
        var fresh = new Option<bool>("--fresh") { Description = "Begin anew, even if a run of the same spec was stopped half-way" };

        return new Command("train", "Train a model, package it and register it as the next version")
        {
            spec, data, target, task, name, ignore, group, time, encoding, skip, epochs, seed, fresh,
        }.Does(async (context, stop) =>
        {
            var flags = new TrainFlags
            {
                Data = context.Get(data), Target = context.Get(target), Task = context.Get(task), Name = context.Get(name), Ignore = context.Get(ignore) ?? [],
                Group = context.Get(group), Time = context.Get(time), Encoding = context.Get(encoding), SkipBadRows = context.Get(skip), Epochs = context.Get(epochs), Seed = context.Get(seed),
            };
            var read = ReadSpec(context.Parsed.GetValue(spec), flags);
            using var run = TrainingRun.Begin(context.OpenRegistry(), read, TimeProvider.System, context.Get(fresh));
            if (run.Resumes) context.Terminal.Progress.WriteLine($"Going on with run {run.Id}, which was stopped. (--fresh begins anew.)");
            var trained = await TrainingDisplay.RunAsync(context.Terminal.Progress, progress => run.RunAsync(progress, aliases: [], stop));
            return new Answer(Document(trained), console => Show(console, trained));
        });
    }

    static TrainSpec ReadSpec(string? file, TrainFlags flags)
    {
        if (file is null) return flags.ToSpec();
        if (flags != new TrainFlags { Ignore = flags.Ignore } || flags.Ignore.Count > 0)
            throw new InputException($"the spec {file} and flags beside it", "one of the two", "Write into the spec what the flags say");
        return TrainSpecReader.Read(file);
    }

    static JsonObject Document(TrainedVersion trained)
    {
        var record = trained.Outcome.Record;
        return new JsonObject
        {
            ["model"] = trained.Version.Name,
            ["version"] = trained.Version.Number,
            ["run"] = trained.Version.RunId,
            ["task"] = trained.Version.Task,
            ["metrics"] = record.Metrics?.DeepClone(),
            ["seconds"] = record.Seconds.Values.Sum(),
            ["parameters"] = record.Parameters,
            ["package"] = trained.Outcome.PackagePath,
            ["sha256"] = trained.Outcome.Sha256,
            ["notes"] = new JsonArray([.. record.Notes.Select(n => (JsonNode)n)]),
        };
    }

    static void Show(IAnsiConsole console, TrainedVersion trained)
    {
        var (version, outcome) = trained;
        foreach (string note in outcome.Record.Notes) console.WriteLine($"note: {note}");
        console.Write(MetricsTable.Of([("training", outcome.Training), ("validation", outcome.Validation), ("test", outcome.Test)]));
        if (outcome.Record.Decision is { Metric: not null } decision)
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Threshold {decision.Threshold:0.###}, chosen on the validation part for {decision.Metric}."));
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{version.Name} version {version.Number}: {outcome.Record.Parameters:#,0} parameters, trained in {outcome.Record.Seconds.Values.Sum():0.0} s."));
        console.WriteLine($"Try it: takt predict {version.Name}:{version.Number} --data FILE   Let it answer: takt models promote {version.Name}:{version.Number} champion");
    }
}
