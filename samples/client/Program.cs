// Asks a server for its models, predicts with one of them and follows the line that it watches.
//   dotnet run --project src/Takt -c Release -- serve --demo
//   dotnet run --project samples/client -c Release [ADDRESS [API-KEY]]
using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Client;
using Takt.Client.Lines;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
using var takt = new TaktClient(new Uri(args.ElementAtOrDefault(0) ?? "http://127.0.0.1:7070"), args.ElementAtOrDefault(1));
using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(20));

try
{
    foreach (var model in await takt.Models.ListAsync(stop.Token))
    {
        Console.WriteLine($"{model.Name}: version {model.Default} of {model.Versions.Count} predicts {model.Versions[^1].Target}");
        // A row without any values: the model takes each as missing. Yours has the names of your table's columns.
        var answer = await takt.PredictAsync(model.Name, [new JsonObject()], explain: true, timeout: TimeSpan.FromSeconds(5), stop: stop.Token);
        foreach (var row in answer.Predictions) Console.WriteLine($"  {answer.Target} = {row.Value} {answer.Unit}, because of {row.Explanation?.Contributions[0].Column}");
        foreach (var input in (await takt.Models.MetadataAsync(model.Name, stop.Token)).Inputs) Console.WriteLine($"  {input.Name}: {input.Type}");
    }

    foreach (var line in await takt.Lines.ListAsync(stop.Token))
        await foreach (var happened in takt.Lines.StreamAsync(line.Id, stop.Token))
            if (happened is ReadingEvent { Reading: var reading }) Console.WriteLine($"{line.Name}, cycle {reading.Cycle}: probability of a fault {reading.Probability:0.000}");
}
catch (TaktException failure)
{
    Console.Error.WriteLine(failure.Message);
}
catch (OperationCanceledException)
{
    Console.WriteLine("That was twenty seconds.");
}
