using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;
using Takt.Data.Readers;
using Takt.Data.Tables;
using Table = Takt.Data.Tables.Table;
using Takt.Graphs.Packages;
using Takt.Protocols.Names;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Terminal;

namespace Takt.Commands;

/// <summary><c>takt predict</c></summary>
static class PredictCommand
{
    /// <summary>Rows that a person is shown; the rest goes to a file.</summary>
    const int RowsShown = 20;

    public static Command Create()
    {
        var model = Models.ModelsCommand.Model();
        var data = new Option<string>("--data") { Description = "Rows to predict (.csv, .jsonl, each also .gz)", HelpName = "F", Required = true };
        var file = new Option<string?>("--out") { Description = "Write every prediction to FILE.csv or FILE.jsonl", HelpName = "F" };
        var explain = new Option<bool>("--explain") { Description = "Say why, row by row" };
        var reading = new ReadingFlags();
        return reading.AddTo(new Command("predict", "Predict the rows of a file with a registered model") { model, data, file, explain }).Does((context, stop) =>
        {
            var registry = ModelRegistry.Open(context.Home, TimeProvider.System);
            var version = registry.Models.Resolve(ModelReference.Parse(context.Get(model)));
            var predictor = Predictor.Load(registry.Packages.PathOf(version.PackageSha256));
            var read = TableReader.Read(context.Get(data)!, reading.Options(context) with { Schema = predictor.Pipeline.Schema }, stop: stop);
            var predictions = predictor.Predict(read.Table, context.Get(explain), stop: stop);
            if (context.Get(file) is { } path) TableWriter.Write(TableOf(predictor, predictions), path);
            ReadingFlags.Tell(context, read);
            var answer = new RowsResponse(
                version.Name, version.Number.ToString(CultureInfo.InvariantCulture), version.Task, predictor.Package.Card.Target, predictor.Package.Card.Unit, predictions, Errors: []);
            return Task.FromResult(new Answer(answer, console => Show(console, answer, context.Get(file))));
        });
    }

    /// <summary>Predictions as columns: the row, the decision under the target's name, a probability a class.</summary>
    static Table TableOf(Predictor predictor, IReadOnlyList<RowPrediction> predictions)
    {
        var card = predictor.Package.Card;
        var columns = new List<Column> { new NumberColumn("row", [.. predictions.Select(p => (double)p.Row)]) };
        bool labels = predictions.Any(p => p.Value.GetValueKind() == System.Text.Json.JsonValueKind.String);
        columns.Add(labels
            ? new TextColumn(card.Target, [.. predictions.Select(p => p.Value.ToString())])
            : new NumberColumn(card.Target, [.. predictions.Select(p => p.Value.GetValue<double>())], card.Unit));
        if (predictions.Count > 0 && predictions[0].Probabilities is { } classes)
            columns.AddRange(classes.Keys.Select(label => new NumberColumn($"probability {label}", [.. predictions.Select(p => p.Probabilities![label])])));
        return new Table(columns);
    }

    static void Show(IAnsiConsole console, RowsResponse answer, string? file)
    {
        bool classifies = answer.Predictions.Any(p => p.Probability is not null), explains = answer.Predictions.Any(p => p.Explanation is not null);
        var table = new Spectre.Console.Table().Border(TableBorder.Rounded)
            .AddColumns(["row", Markup.Escape(answer.Unit is null ? answer.Target : $"{answer.Target} [{answer.Unit}]"), .. classifies ? ["probability"] : Array.Empty<string>(), .. explains ? ["because of"] : Array.Empty<string>()]);
        foreach (var p in answer.Predictions.Take(RowsShown))
            table.AddRow([Text(p.Row), Markup.Escape(Value(p.Value)), .. classifies ? [Text(p.Probability)] : Array.Empty<string>(), .. explains ? [Markup.Escape(Why(p.Explanation!))] : Array.Empty<string>()]);
        console.Write(table);
        if (answer.Predictions.Count > RowsShown) console.WriteLine($"… and {answer.Predictions.Count - RowsShown} more{(file is null ? "; --out FILE.csv writes them all" : "")}.");
        if (file is not null) console.WriteLine($"{answer.Predictions.Count} predictions written to {file}.");
    }

    static string Value(JsonValue value) => value.GetValueKind() == System.Text.Json.JsonValueKind.Number ? Text(value.GetValue<double>()) : value.ToString();

    /// <summary>The three inputs that moved the answer most.</summary>
    static string Why(Explanation explanation) => string.Join(", ", explanation.Contributions.Take(3).Select(c =>
        string.Create(CultureInfo.InvariantCulture, $"{c.Column} {c.Value}{(c.Unit is null ? "" : " " + c.Unit)} ({c.Effect:+0.###;-0.###;0})")));

    static string Text(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
