using System.Text.Json.Nodes;
using Takt.Data.Rows;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>An imported graph whose inputs have been given column names: rows in, decisions out. A missing number is NaN to the graph, as exporters' imputers expect.</summary>
/// <remarks>Many threads may use one.</remarks>
public sealed class TabularModel
{
    readonly TensorModel _model;
    readonly TabularInputs _inputs;
    readonly TabularOutputs _outputs;

    /// <summary>Puts names on a graph.</summary>
    /// <param name="model">The graph.</param>
    /// <param name="schema">As <see cref="TabularSchema.Bind"/> made it.</param>
    /// <exception cref="InputException">The graph gives nothing that is one answer a row.</exception>
    public TabularModel(TensorModel model, Schema schema) => (_model, Schema, _inputs, _outputs) = (model, schema, new TabularInputs(model, schema), new TabularOutputs(model));

    /// <summary>The columns.</summary>
    public Schema Schema { get; }

    /// <summary><c>classification</c> where the graph names classes, else <c>regression</c>.</summary>
    public string Task => _outputs.Task;

    /// <summary>The output that is the answer.</summary>
    public string Target => _outputs.Target;

    /// <summary>Predicts rows of JSON by column name.</summary>
    /// <param name="rows">One object a row.</param>
    /// <param name="clock">Measures where the time goes.</param>
    /// <param name="explain">Whether to say why, row by row: by occlusion, against empty values or zeros.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <returns>One prediction for each good row, and the problems of the others, both by position in <paramref name="rows"/>; and where the time went.</returns>
    public (IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Problems, PredictionTimes Times) Predict(
        IReadOnlyList<JsonObject> rows, TimeProvider clock, bool explain = false, CancellationToken stop = default)
    {
        long start = clock.GetTimestamp();
        var (table, problems, positions) = RowReader.Read(rows, Schema);
        var reading = new PredictionTimes(clock.GetElapsedTime(start), default);
        var (predictions, own, times) = Predict(table, clock, stop);
        if (explain)
        {
            (predictions, var explaining) = new TabularOcclusion(this, clock).Explain(table, predictions, stop);
            times += explaining;
        }

        return ([.. predictions.Select(p => p with { Row = positions[p.Row] })],
            [.. problems.Concat(own.Select(p => p with { Row = positions[p.Row] })).OrderBy(p => p.Row)], reading + times);
    }

    /// <summary>Predicts the rows of a table.</summary>
    /// <param name="table">With the columns of <see cref="Schema"/>.</param>
    /// <param name="clock">Measures where the time goes.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <returns>One prediction for each good row, and the problems of the others, both in row order; and where the time went.</returns>
    public (IReadOnlyList<RowPrediction> Predictions, IReadOnlyList<RowProblem> Problems, PredictionTimes Times) Predict(Table table, TimeProvider clock, CancellationToken stop = default)
    {
        var problems = new List<RowProblem>();
        int[] good = [.. Enumerable.Range(0, table.RowCount).Except(_inputs.Check(table, problems))];
        var predictions = new List<RowPrediction>(good.Length);
        var times = new PredictionTimes();
        if (good.Length > 0) Run(table, good, predictions, problems, ref times, clock, stop);
        return (predictions, [.. problems.OrderBy(p => p.Row)], times);
    }

    /// <summary>Asks the graph; where it refuses, row by row, so that only those fail that it does not take.</summary>
    void Run(Table table, int[] rows, List<RowPrediction> predictions, List<RowProblem> problems, ref PredictionTimes times, TimeProvider clock, CancellationToken stop)
    {
        IReadOnlyList<InferTensor> outputs;
        try
        {
            (outputs, var took) = _model.Infer(_inputs.Read(table.Take(rows)), clock, stop);
            times += took;
        }
        catch (InputException) when (rows.Length > 1)
        {
            foreach (int row in rows) Run(table, [row], predictions, problems, ref times, clock, stop);
            return;
        }
        catch (InputException refused)
        {
            problems.AddRange(refused.Problems.Select(p => new RowProblem(rows[0], p)));
            return;
        }

        for (int i = 0; i < rows.Length; i++)
            if (_outputs.Decide(outputs, rows.Length, i, rows[i]) is { } prediction) predictions.Add(prediction);
            else problems.Add(new RowProblem(rows[i], NoNumber(table, rows[i])));
    }

    static Problem NoNumber(Table table, int row)
    {
        string[] missing = [.. table.Columns.Where(c => c.IsMissing(row)).Select(c => c.Name)];
        return missing.Length == 0
            ? new Problem("a row for which the graph gives no finite number", "values like those that it was trained on")
            : new Problem($"no value of {string.Join(", ", missing)}", "a value in each column: without it the graph gives no number", "Send the value, or import a graph that fills it in");
    }
}
