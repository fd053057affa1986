using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Accuracy;
using Takt.Accuracy.Mnist;
using Takt.Learning.Jobs;

// Trains the public data sets with the specs of samples/specs and prints what comes out beside what it should be.
//   dotnet run -c Release --project bench/Takt.Accuracy -- ai4i fd001 --seeds 5
//   dotnet run -c Release --project bench/Takt.Accuracy -- mnist                  the digits, beside PyTorch
var names = new Argument<string[]>("protocols") { Description = "Which to run; default all.", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. Protocol.All.Select(p => p.Name)]);
var shared = new Option<string>("--shared") { Description = "Folder of the shared data.", DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TAKT_SHARED") ?? "../shared" };
var seeds = new Option<int>("--seeds") { Description = "Trainings per protocol (published splits: how many of them; 0 = all).", DefaultValueFactory = _ => 5 };
var repository = new Option<string>("--repository") { Description = "The checkout, for samples/specs.", DefaultValueFactory = _ => "." };
var json = new Option<string?>("--out") { Description = "Where the JSON goes." };
var command = new RootCommand("Measures how accurate trained models are on public data.") { names, shared, seeds, repository, json };
shared.Recursive = true;
command.Subcommands.Add(MnistCommand.Create(shared));

command.SetAction((arguments, stop) =>
{
    var chosen = arguments.GetValue(names) is { Length: > 0 } some ? Protocol.All.Where(p => some.Contains(p.Name)) : Protocol.All;
    var results = new JsonArray();
    foreach (var protocol in chosen)
    {
        int asked = arguments.GetValue(seeds), runs = protocol.Splits == 0 ? Math.Max(1, asked) : asked == 0 ? protocol.Splits : Math.Min(asked, protocol.Splits);
        var trials = new List<Trial>();
        for (int run = 0; run < runs && !stop.IsCancellationRequested; run++)
        {
            trials.Add(Trial.Run(protocol.SpecOf(arguments.GetValue(repository)!, arguments.GetValue(shared)!, run), TimeProvider.System));
            var figure = protocol.Figures[0];
            Console.Error.WriteLine(FormattableString.Invariant(
                $"{protocol.Name} {run + 1}/{runs}: {figure.Name} {figure.Of(trials[^1].Outcome.Test!).Value:G4} (validation {figure.Of(trials[^1].Outcome.Validation!).Value:G4}), epochs {string.Join(' ', trials[^1].Outcome.Record.Members.Select(m => $"{m.BestEpoch}/{m.Curve.Count}"))}, {trials[^1].Seconds:F1} s"));
        }

        var report = new Report(protocol, trials);
        report.Print(Console.Out);
        results.Add(report.ToJson());
    }

    var document = new JsonObject { ["environment"] = JsonSerializer.SerializeToNode(RunEnvironment.Now(), RunRecord.Json), ["protocols"] = results };
    if (arguments.GetValue(json) is { } path) File.WriteAllText(path, document.ToJsonString(RunRecord.Json));
    return Task.FromResult(0);
});

return await command.Parse(args).InvokeAsync();
