using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>
/// Says what each named column of an imported graph contributed: the answer as it is, less the answer without the column's value. What is typical is not known of such a graph:
/// a column is left empty where the graph answers so (it fills in what its training held), else it is put at 0, false or no text.
/// </summary>
sealed class TabularOcclusion(TabularModel model, TimeProvider clock)
{
    /// <summary>The predictions with their explanations, and where the time went.</summary>
    /// <param name="table">The rows that were asked about.</param>
    /// <param name="predictions">What the model said of those that it answered.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <exception cref="InputException">Answers are labels alone, or there are none without a column's value.</exception>
    public (IReadOnlyList<RowPrediction> Predictions, PredictionTimes Times) Explain(Table table, IReadOnlyList<RowPrediction> predictions, CancellationToken stop)
    {
        if (predictions.Any(p => ScoreOf(p, p) is null))
            throw new InputException("a wish for reasons of answers that are labels alone", "a graph that gives probabilities or a number", "Send tensors as 'inputs' to explain those, or ask for the prediction alone");
        if (predictions.Count == 0) return (predictions, default);
        var rows = table.Take([.. predictions.Select(p => p.Row)]);
        var times = new PredictionTimes();
        var typical = new List<Column>();
        var without = new List<IReadOnlyList<RowPrediction>>();
        foreach (var column in model.Schema.Columns)
        {
            stop.ThrowIfCancellationRequested();
            var (replaced, answers) = Candidates(column, rows.RowCount).Select(c => (Column: c, Answers: Ask(rows.With(c)))).FirstOrDefault(c => c.Answers.Count == rows.RowCount);
            if (replaced is null)
                throw new InputException($"no answer without a value of {column.Name}", "a graph that answers when it is empty or 0", "Send tensors as 'inputs' with a baseline of your own to explain those, or ask for the prediction alone");
            typical.Add(replaced);
            without.Add(answers);
        }

        var baseline = Ask(typical.Aggregate(rows, (changed, column) => changed.With(column)));
        if (baseline.Count != rows.RowCount) throw new InputException("no answer without any value", "a graph that answers when every column is empty or 0", "Ask for the prediction alone");
        return ([.. predictions.Select((prediction, i) => prediction with { Explanation = Of(i, prediction) })], times);

        IReadOnlyList<RowPrediction> Ask(Table changed)
        {
            var (answers, _, took) = model.Predict(changed, clock, stop);
            times += took;
            return answers;
        }

        Explanation Of(int i, RowPrediction prediction) => new(Occlusion.Method, ScoreOf(baseline[i], prediction)!.Value,
        [
            .. model.Schema.Columns.Select((column, c) => new Contribution(
                column.Name, column.Unit, TypicalValues.ValueAt(rows[column.Name], i), TypicalValues.ValueAt(typical[c], i), ScoreOf(prediction, prediction)!.Value - ScoreOf(without[c][i], prediction)!.Value))
                .OrderByDescending(c => Math.Abs(c.Effect)),
        ]);
    }

    /// <summary>What is explained: of two classes the probability of the second, of more that of the class that was decided on, else the number; null where there is none.</summary>
    static double? ScoreOf(RowPrediction answer, RowPrediction decided) =>
        answer.Probabilities is { Count: 2 } ? answer.Probability
        : answer.Probabilities is { } probabilities ? probabilities.TryGetValue(decided.Value.ToString(), out double probability) ? probability : null
        : answer.Value.TryGetValue(out double number) ? number : null;

    static IEnumerable<Column> Candidates(ColumnSchema column, int rows)
    {
        foreach (bool empty in (bool[])[true, false])
            if (column.Kind == ColumnKind.Text)
            {
                string?[] texts = new string?[rows];
                Array.Fill(texts, empty ? null : "");
                yield return new TextColumn(column.Name, texts);
            }
            else
            {
                double[] numbers = new double[rows];
                Array.Fill(numbers, empty ? double.NaN : 0);
                yield return new NumberColumn(column.Name, numbers, column.Unit, column.Kind == ColumnKind.Boolean);
            }
    }
}
