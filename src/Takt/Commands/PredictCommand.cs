using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using Takt.Data.Files;
using Takt.Data.Readers;
using Takt.Data.Tables;
using Takt.Graphs.Packages;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Terminal;
using Table = Takt.Data.Tables.Table;

namespace Takt.Commands;

/// <summary><c>takt predict</c></summary>
static class PredictCommand
{
    /// <summary>Rows that a person is shown; the rest goes to a file.</summary>
    const int RowsShown = 20;

    public static Command Create()
    {
        var model = Models.ModelsCommand.Model();
        var data = new Option<string>("--data") { Description = "Rows to predict (.csv, .jsonl, each also .gz); for an imported ONNX model a request of tensors (.json)", HelpName = "F", Required = true };
        var file = new Option<string?>("--out") { Description = "Write every prediction to FILE.csv or FILE.jsonl; for an imported ONNX model the answer to FILE.json", HelpName = "F" };
        var explain = new Option<bool>("--explain") { Description = "Say why, row by row" };
        var reading = new ReadingFlags();
        return reading.AddTo(new Command("predict", "Predict the rows of a file with a registered model") { model, data, file, explain }).Does((context, stop) =>
        {
            if (context.Get(file) is { } place) AtomicFile.CheckPlace(place);
            var registry = context.OpenRegistry();
            var version = registry.Models.Resolve(ModelReference.Parse(context.Get(model)));
            var package = PackageFile.Read(registry.Packages.PathOf(version.PackageSha256));
            if (package.IsGraphAlone && (package.Schema is null || context.Get(data)!.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
                return Task.FromResult(TensorPrediction.Run(version, package, context.Get(data)!, context.Get(file)));
            if (package.IsGraphAlone && context.Get(explain)) throw new InputException("--explain for an imported graph, whose training data is not known", "a model that Takt trained");
            var predictor = package.IsGraphAlone ? null : new Predictor(package);
            var read = TableReader.Read(context.Get(data)!, reading.Options(context) with { Schema = predictor?.Pipeline.Schema ?? package.Schema }, stop: stop);
            var (predictions, errors) = predictor is not null ? (predictor.Predict(read.Table, context.Get(explain), stop: stop), []) : OfGraph(package, read.Table);
            if (context.Get(file) is { } path) TableWriter.Write(TableOf(package.Card, predictions), path);
            ReadingFlags.Tell(context, read);
            var answer = new RowsResponse(version.Name, version.Number.ToString(CultureInfo.InvariantCulture), version.Task, package.Card.Target, package.Card.Unit, predictions, errors);
            return Task.FromResult(new Answer(answer, console => Show(console, answer, context.Get(file))));
        });
    }

    /// <summary>An imported graph whose inputs have column names.</summary>
    static (IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Errors) OfGraph(Package package, Table table)
    {
        var columns = package.Schema!.Columns;
        var missing = columns.Where(c => table.Find(c.Name) is null).Select(c => new Problem($"no column '{c.Header}'", string.Join(", ", columns.Select(o => o.Header)))).ToList();
        if (missing.Count > 0) throw new InputException(missing);
        var (predictions, errors, _) = new TabularModel(new TensorModel(package.Model), package.Schema).Predict(table, TimeProvider.System);
        return predictions.Count > 0 || errors.Count == 0 ? (predictions, errors) : throw new InputException([.. errors.Select(e => e.Problem)]);
    }

    /// <summary>Predictions as columns: the row, the decision under the target's name, a probability a class.</summary>
    static Table TableOf(ModelCard card, IReadOnlyList<RowPrediction> predictions)
    {
        var columns = new List<Column> { new NumberColumn("row", [.. predictions.Select(p => (double)p.Row)]) };
        columns.Add((predictions.Count == 0 ? JsonValueKind.Number : predictions[0].Value.GetValueKind()) switch
        {
            JsonValueKind.Number => new NumberColumn(card.Target, [.. predictions.Select(p => p.Value.GetValue<double>())], card.Unit),
            JsonValueKind.True or JsonValueKind.False => new NumberColumn(card.Target, [.. predictions.Select(p => p.Value.GetValue<bool>() ? 1.0 : 0)], isBoolean: true),
            _ => new TextColumn(card.Target, [.. predictions.Select(p => p.Value.ToString())]),
        });
        if (predictions.Count > 0 && predictions[0].Probabilities is { } classes)
            columns.AddRange(classes.Keys.Select(label => new NumberColumn($"probability {label}", [.. predictions.Select(p => p.Probabilities![label])])));
        return new Table(columns);
    }

    static void Show(IAnsiConsole console, RowsResponse answer, string? file)
    {
        bool classifies = answer.Predictions.Any(p => p.Probability is not null), explains = answer.Predictions.Any(p => p.Explanation is not null);
        var table = new Spectre.Console.Table().Border(TableBorder.Rounded).AddColumns("row", Markup.Escape(new ColumnName(answer.Target, answer.Unit).ToString()));
        if (classifies) table.AddColumn("probability");
        if (explains) table.AddColumn("because of");
        foreach (var p in answer.Predictions.Take(RowsShown))
        {
            var cells = new List<string> { Figures.Number(p.Row), Markup.Escape(Value(p.Value)) };
            if (classifies) cells.Add(Figures.Number(p.Probability));
            if (explains) cells.Add(Markup.Escape(Why(p.Explanation!)));
            table.AddRow([.. cells]);
        }

        console.Write(table);
        if (answer.Predictions.Count > RowsShown) console.WriteLine($"… and {answer.Predictions.Count - RowsShown} more{(file is null ? "; --out FILE.csv writes them all" : "")}.");
        if (file is not null) console.WriteLine($"{answer.Predictions.Count} predictions written to {file}.");
    }

    static string Value(JsonValue value) => value.GetValueKind() == JsonValueKind.Number ? Figures.Number(value.GetValue<double>()) : value.ToString();

    /// <summary>The three inputs that moved the answer most.</summary>
    static string Why(Explanation explanation) => string.Join(", ", explanation.Contributions.Take(3).Select(c =>
        string.Create(CultureInfo.InvariantCulture, $"{c.Column} {c.Value}{(c.Unit is null ? "" : " " + c.Unit)} ({c.Effect:+0.###;-0.###;0})")));
}
