using Takt.Data.Pipelines;
using Takt.Data.Tables;
using Takt.Protocols.Rows;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>
/// Says what each input column contributed, by gradients: the features that the pipeline makes of the row move from those of the typical row to what they are
/// (<see cref="IntegratedGradients"/>), and a feature's contribution goes to the columns it is made from, in equal parts where they are several.
/// </summary>
/// <remarks>What the decision does after the graph (units, logarithms, limits) stretches all contributions alike, so they add up in the target's unit, too.</remarks>
sealed class GradientExplainer(Pipeline pipeline, TypicalValues values, Runner runner, Decider decider, IntegratedGradients gradients, TimeProvider clock) : IExplainer
{
    /// <summary>Samples on one tape: enough to keep kernels busy, few enough for its memory.</summary>
    const int AtOnce = 256;

    readonly (int Column, double Part)[][] _columns = ColumnsOf(pipeline, values);

    public (Explanation[] Explanations, PredictionTimes Times) Explain(Table rows, WindowRows which, Answers answers, CancellationToken stop)
    {
        var typical = values.ColumnsOf(rows.RowCount);
        var (samples, preparing) = runner.Prepare(rows, which);
        var (baselines, again) = runner.Prepare(typical.Aggregate(rows, (table, column) => table.With(column)), which);
        var sampleOf = samples.Rows.Select((row, sample) => (row, sample)).ToDictionary(s => s.row, s => s.sample);   // windows come group by group, answers in row order
        int size = samples.Values.Length / Math.Max(1, samples.Count);

        var times = preparing + again;
        var explanations = new Explanation[answers.Count];
        for (int start = 0; start < explanations.Length; start += AtOnce)
        {
            int count = Math.Min(AtOnce, explanations.Length - start);
            float[] inputs = new float[count * size], from = new float[count * size];
            int[] chosen = new int[count];
            for (int i = 0; i < count; i++)
            {
                int sample = sampleOf[answers.Rows[start + i]];
                samples.Values.AsSpan(sample * size, size).CopyTo(inputs.AsSpan(i * size));
                baselines.Values.AsSpan(sample * size, size).CopyTo(from.AsSpan(i * size));
                chosen[i] = decider.OutputOf(answers.At(start + i));
            }

            int[] shape = [count, .. samples.FeatureShape];
            long begun = clock.GetTimestamp();
            var (effects, scores, baseScores) = gradients.Run([Tensor.Of(inputs, shape)], [Tensor.Of(from, shape)], 0, chosen, stop);
            times += new PredictionTimes(default, clock.GetElapsedTime(begun));
            for (int i = 0; i < count; i++)
            {
                double baseline = decider.ScoreOf(baseScores[i]), stretch = Stretch(scores[i], baseScores[i]);
                double[] byColumn = ByColumn(effects[0].AsSpan(i * size, size));
                explanations[start + i] = new Explanation(IntegratedGradients.Method, baseline, values.Contributions(rows, typical, answers.Rows[start + i], c => stretch * byColumn[c]));
            }
        }

        return (explanations, times);
    }

    double[] ByColumn(ReadOnlySpan<double> effects)
    {
        double[] byColumn = new double[values.Columns.Count];
        for (int e = 0; e < effects.Length; e++)
            foreach (var (column, part) in _columns[e % _columns.Length])   // of a window each row has all features
                byColumn[column] += part * effects[e];
        return byColumn;
    }

    /// <summary>How many times larger a difference is in the target's unit than in the graph's output.</summary>
    double Stretch(double score, double baseline)
    {
        const double Near = 1e-3;
        double difference = score - baseline;
        return Math.Abs(difference) > 1e-9
            ? (decider.ScoreOf(score) - decider.ScoreOf(baseline)) / difference
            : (decider.ScoreOf(score + Near) - decider.ScoreOf(score - Near)) / (2 * Near);
    }

    static (int, double)[][] ColumnsOf(Pipeline pipeline, TypicalValues values)
    {
        var position = values.Columns.Select((column, i) => (column.Name, i)).ToDictionary(c => c.Name, c => c.i);
        return [.. pipeline.Features.Select(feature => feature.Sources.Where(position.ContainsKey).Select(source => (position[source], 1.0 / feature.Sources.Count)).ToArray())];
    }
}
