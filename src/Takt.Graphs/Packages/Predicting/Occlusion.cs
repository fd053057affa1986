using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>Says what each input contributed: the answer as it is, minus the answer with that input at its typical value (occlusion, Zeiler and Fergus 2014, arXiv:1311.2901).</summary>
/// <remarks>
/// An input is put at its typical value in every row of the table, so for windows over the whole window. Effects are differences one at a time:
/// they need not add up to the difference from the baseline, where all inputs are typical at once.
/// </remarks>
sealed class Occlusion(Pipeline pipeline, Runner runner, Decider decider)
{
    const string Method = "occlusion";

    readonly ColumnSchema[] _columns = [.. pipeline.Inputs.Where(c => c.Role == ColumnRole.Feature)];

    /// <summary>One explanation for each answer, and where the time went.</summary>
    public (Explanation[] Explanations, PredictionTimes Times) Explain(Table rows, WindowRows which, Answers answers, CancellationToken stop)
    {
        var typical = Array.ConvertAll(_columns, c => TypicalColumn(c, rows.RowCount));
        var without = Array.ConvertAll(typical, column => runner.Run(rows.With(column), which, progress: null, stop));
        var baseline = runner.Run(typical.Aggregate(rows, (table, column) => table.With(column)), which, progress: null, stop);

        var explanations = new Explanation[answers.Count];
        for (int i = 0; i < explanations.Length; i++)
        {
            int decided = decider.IsRegression ? 0 : decider.ClassOf(answers.At(i));
            double score = decider.Score(answers.At(i), decided);
            var contributions = new Contribution[_columns.Length];
            for (int c = 0; c < contributions.Length; c++)
                contributions[c] = new Contribution(
                    _columns[c].Name, _columns[c].Unit, ValueAt(rows[_columns[c].Name], answers.Rows[i]), ValueAt(typical[c], answers.Rows[i]),
                    score - decider.Score(without[c].At(i), decided));
            explanations[i] = new Explanation(Method, decider.Score(baseline.At(i), decided), [.. contributions.OrderByDescending(c => Math.Abs(c.Effect))]);
        }

        return (explanations, without.Aggregate(baseline.Times, (sum, one) => sum + one.Times));
    }

    /// <summary>The column with the same typical value in every row; missing everywhere if the training data had none.</summary>
    static Column TypicalColumn(ColumnSchema column, int rows)
    {
        switch (column.Kind)
        {
            case ColumnKind.Text:
                string?[] texts = new string?[rows];
                Array.Fill(texts, column.Typical);
                return new TextColumn(column.Name, texts);
            case ColumnKind.Time:
                var times = new DateTime?[rows];
                if (DateTime.TryParse(column.Typical, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)) Array.Fill(times, time);
                return new TimeColumn(column.Name, times);
            default:
                double[] numbers = new double[rows];
                Array.Fill(numbers, column.Typical switch
                {
                    "true" => 1,
                    "false" => 0,
                    { } text when double.TryParse(text, CultureInfo.InvariantCulture, out double number) => number,
                    _ => double.NaN,
                });
                return new NumberColumn(column.Name, numbers, column.Unit, column.Kind == ColumnKind.Boolean);
        }
    }

    static JsonValue? ValueAt(Column column, int row) =>
        column.IsMissing(row) ? null
        : column is NumberColumn { Kind: ColumnKind.Number } number ? JsonValue.Create(number.Values[row])
        : column is NumberColumn boolean ? JsonValue.Create(boolean.Values[row] != 0)
        : JsonValue.Create(column.TextAt(row));
}
