using Takt.Data.Pipelines;
using Takt.Data.Tables;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>Says what each input contributed: the answer as it is, minus the answer with that input at its typical value (occlusion, Zeiler and Fergus 2014, arXiv:1311.2901).</summary>
/// <remarks>
/// An input is put at its typical value in every row of the table, so for windows over the whole window. Effects are differences one at a time:
/// they need not add up to the difference from the baseline, where all inputs are typical at once.
/// </remarks>
sealed class Occlusion(TypicalValues values, Runner runner, Decider decider) : IExplainer
{
    public const string Method = "occlusion";

    public (Explanation[] Explanations, PredictionTimes Times) Explain(Table rows, WindowRows which, Answers answers, CancellationToken stop)
    {
        var typical = values.ColumnsOf(rows.RowCount);
        var without = Array.ConvertAll(typical, column => runner.Run(rows.With(column), which, progress: null, stop));
        var baseline = runner.Run(typical.Aggregate(rows, (table, column) => table.With(column)), which, progress: null, stop);

        var explanations = new Explanation[answers.Count];
        for (int i = 0; i < explanations.Length; i++)
        {
            int decided = decider.IsRegression ? 0 : decider.ClassOf(answers.At(i)), answer = i;
            double score = decider.Score(answers.At(i), decided);
            explanations[i] = new Explanation(
                Method, decider.Score(baseline.At(i), decided), values.Contributions(rows, typical, answers.Rows[i], c => score - decider.Score(without[c].At(answer), decided)));
        }

        return (explanations, without.Aggregate(baseline.Times, (sum, one) => sum + one.Times));
    }
}
