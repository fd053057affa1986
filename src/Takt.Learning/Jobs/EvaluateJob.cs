using Takt.Data.Pipelines;
using Takt.Data.Readers;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Graphs.Packages;
using Takt.Learning.Jobs.Data;
using Takt.Protocols.Problems;

namespace Takt.Learning.Jobs;

/// <summary>What a packaged model is worth on other rows.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Task">classification or regression.</param>
/// <param name="Target">The target column.</param>
/// <param name="Rows">Rows that were judged (for windows: windows).</param>
/// <param name="Sha256">Of the data file.</param>
/// <param name="Metrics">How good the answers are.</param>
public sealed record EvaluationReport(string Model, string Task, string Target, int Rows, string Sha256, PartMetrics Metrics);

/// <summary>Judges a packaged model on a table that holds the truth: the served graph, prepared and decided as when it serves.</summary>
public static class EvaluateJob
{
    /// <summary>Samples given to the graph at once; a row's answer does not depend on it.</summary>
    const int BatchSize = 512;

    /// <summary>Judges a model.</summary>
    /// <param name="predictor">The model, ready to answer.</param>
    /// <param name="file">The table; it needs the model's inputs and its target. A remaining life is computed if it is not there.</param>
    /// <param name="answers">Remaining life of histories that were cut off: a file with the true life after the last row of each group, one per line; then each group is judged at its last row.</param>
    /// <param name="options">How to read the table.</param>
    /// <param name="progress">Told the share that is done, 0 to 1.</param>
    /// <param name="stop">Ends the work between two batches.</param>
    /// <exception cref="InputException">The table cannot be read, lacks columns or knows other classes.</exception>
    public static EvaluationReport Run(
        Predictor predictor, string file, string? answers = null, ReadOptions? options = null, IProgress<double>? progress = null, CancellationToken stop = default)
    {
        var read = TableReader.Read(file, (options ?? new()) with { Schema = predictor.Pipeline.Schema }, stop: stop);
        var table = WithTarget(predictor, read.Table, answers, file);
        var part = Part.Of(table, [.. Enumerable.Range(0, table.RowCount)], predictor.Pipeline, predictor.Target, answers is null ? WindowRows.Every : WindowRows.Last);
        if (part.Samples.Count == 0) throw new InputException($"no row with a value in target '{predictor.Target.Name}'", "rows with the truth to judge by", where: file);
        var metrics = PartMetrics.Of(predictor.Target, part, Ask(predictor, part, progress, stop), predictor.Package.Decision.Threshold, LifeCap(predictor), intervals: true);
        return new(predictor.Package.Name, predictor.Package.Task, predictor.Target.Name, part.Samples.Count, read.Sha256, metrics);
    }

    static Table WithTarget(Predictor predictor, Table table, string? answers, string file)
    {
        if (answers is not null && (predictor.Target.Name != RemainingLife.DefaultName || table.Find(predictor.Target.Name) is not null))
            throw new InputException($"a file of answers beside a table with the truth in '{predictor.Target.Name}'", "answers for a remaining life alone", "Leave the answers out");
        if (table.Find(predictor.Target.Name) is not null) return table;
        if (predictor.Target.Name == RemainingLife.DefaultName)
            return RemainingLife.AddTo(table, predictor.Pipeline.Schema, cap: null, answers is null ? null : LifeAnswers.Read(answers)).Table;
        throw new InputException($"no column '{predictor.Target.Name}'", "the target, to compare the answers with", table.Suggest(predictor.Target.Name), file);
    }

    static float[] Ask(Predictor predictor, Part part, IProgress<double>? progress, CancellationToken stop)
    {
        var samples = part.Samples;
        int width = samples.Shape.Length;
        var answers = new List<float>(samples.Count);
        for (int start = 0; start < samples.Count; start += BatchSize)
        {
            stop.ThrowIfCancellationRequested();
            int count = Math.Min(BatchSize, samples.Count - start);
            answers.AddRange(predictor.Plan.Run(samples.Features.AsSpan(start * width, count * width), [count, .. samples.Shape.Sizes], stop));
            progress?.Report((start + count) / (double)samples.Count);
        }

        return [.. answers];
    }

    static double? LifeCap(Predictor predictor) => predictor.Target.Name == RemainingLife.DefaultName ? predictor.Target.Upper : null;
}
