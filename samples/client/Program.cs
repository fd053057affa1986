// Follows the first line that a server watches and asks the model about each of its cycles: what will be, and why.
//   dotnet run --project src/Takt -c Release -- serve --demo
//   dotnet run --project samples/client -c Release [ADDRESS [API-KEY]]
using System.Text.Json.Nodes;
using Takt.Client;
using Takt.Client.Lines;

var options = new TaktClientOptions { Context = new() { Timeout = TimeSpan.FromSeconds(5) } }; // an answer about a cycle that is long over is worth nothing
using var takt = new TaktClient(new Uri(args.ElementAtOrDefault(0) ?? "http://127.0.0.1:7070"), args.ElementAtOrDefault(1), options);
using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));
try
{
    var models = await takt.Models.ListAsync(stop.Token);
    foreach (var model in models) Console.WriteLine($"{model.Name}: version {model.Default} of {model.Versions.Count}, predicts {model.Versions[^1].Target}");
    var lines = await takt.Lines.ListAsync(stop.Token);
    if (models.Count == 0 || lines.Count == 0) throw new InvalidOperationException("No model or no line yet: start the server with --demo and wait a minute.");

    var line = await takt.Lines.GetAsync(lines[0].Id, last: 1, stop.Token);
    var signals = line.Stations.SelectMany(station => station.Signals).ToList();
    await foreach (var happened in takt.Lines.StreamAsync(line.Summary.Id, stop.Token))
    {
        if (happened is not CycleEvent { Cycle: var cycle }) continue;
        var row = new JsonObject(); // values by column name; null is a sensor that gave nothing
        foreach (var (signal, value) in signals.Zip(cycle.Values)) row[signal.Name] = value;
        foreach (var (name, text) in cycle.Texts) row[name] = text;
        try
        {
            var why = await takt.ExplainAsync(models[0].Name, [row], stop: stop.Token);
            foreach (var one in why.Explanations) Console.WriteLine($"cycle {cycle.Cycle}: {why.Target} = {one.Value} ({one.Score:P1} where {one.Baseline:P1} is usual), most because of {one.Contributions[0].Column} ({one.Contributions[0].Effect:+0.0 %;-0.0 %})");
        }
        catch (TaktTimeoutException late)
        {
            Console.Error.WriteLine($"cycle {cycle.Cycle}: {late.Message}"); // the next one may be answered
        }
    }
}
catch (OperationCanceledException)
{
    Console.WriteLine("That was twenty seconds.");
}
catch (Exception failure) when (failure is TaktException or InvalidOperationException)
{
    Console.Error.WriteLine(failure.Message);
}
