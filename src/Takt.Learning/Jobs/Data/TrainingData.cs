using Takt.Data.Pipelines;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Splits;
using Takt.Data.Tables;
using Takt.Data.Targets;
using Takt.Graphs.Packages;
using Takt.Learning.FineTuning;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.Jobs.Data;

/// <summary>All that a training needs of its data. Pipeline and coding have seen the training rows alone.</summary>
/// <param name="Sha256">Of the file that is learned from.</param>
/// <param name="Task">What is learned.</param>
/// <param name="Pipeline">The fitted preparation.</param>
/// <param name="Coding">The target.</param>
/// <param name="Training">What is learned from.</param>
/// <param name="Validation">What chooses epoch and threshold; null where there is none.</param>
/// <param name="Test">What judges; null where there is none.</param>
/// <param name="Notes">What was left out or made up on the way.</param>
sealed record TrainingData(
    string Sha256, LearningTask Task, Pipeline Pipeline, TargetCoding Coding, Part Training, Part? Validation, Part? Test, IReadOnlyList<string> Notes)
{
    /// <summary>Parts the rows, fits the preparation and prepares every part.</summary>
    /// <param name="spec">How.</param>
    /// <param name="source">All rows.</param>
    /// <param name="start">The model that training goes on from; a package brings its preparation along.</param>
    /// <param name="stop">Ends the work between two steps.</param>
    public static TrainingData Of(TrainSpec spec, SourceTable source, BaseModel? start, CancellationToken stop)
    {
        var task = spec.Task ?? TaskInference.Of(source.Table[source.Target]);
        var usable = TargetCheck.Rows(source.Table, source.Target, task == LearningTask.Classification ? TargetKind.Classification : TargetKind.Regression);
        var split = SpecSplit.Of(spec, source, task);
        var training = source.Table.Take(split.Train);
        var kept = spec.Prepare is null && spec.Window is null ? start?.Package?.Pipeline : null;   // a package of tensors has none
        var pipeline = kept is null ? Pipeline.Fit(training, SchemaFitting.Fit(training, source.Roles), PrepareOf(spec), spec.Train.Seed) : Pipeline.FromJson(kept);
        var coding = Kept(start?.Package, CodingOf(spec, source, task, training));
        stop.ThrowIfCancellationRequested();
        return new(
            source.Sha256, task, pipeline, coding,
            Required(Part.Of(source.Table, split.Train, pipeline, coding, WindowRows.AsFitted)),
            split.Validation.Length == 0 ? null : Part.Of(source.Table, split.Validation, pipeline, coding, WindowRows.Every),
            TestOf(spec, source, split, pipeline, coding, stop),
            [.. source.Notes, .. usable.Notes, .. kept is null ? pipeline.Notes : [$"prepared as {start!.Name} was"]]);
    }

    /// <summary>The coding that the outputs of a model to go on from have already, where it says the same: the same classes, or a number.</summary>
    static TargetCoding Kept(Package? package, TargetCoding fresh)
    {
        if (package?.Target is not { } target) return fresh;
        var coding = TargetCoding.FromJson(target);
        bool same = coding.Kind == fresh.Kind && coding.Name == fresh.Name && coding.ColumnKind == fresh.ColumnKind && coding.Classes.Order(StringComparer.Ordinal).SequenceEqual(fresh.Classes.Order(StringComparer.Ordinal));
        return same ? coding : fresh;
    }

    static Part? TestOf(TrainSpec spec, SourceTable source, RowSplit split, Pipeline pipeline, TargetCoding coding, CancellationToken stop)
    {
        if (spec.Data.Test is { } file)
        {
            var table = SourceTable.ReadTest(spec, file, stop).Table;
            return Part.Of(table, [.. Enumerable.Range(0, table.RowCount)], pipeline, coding, file.Answers is null ? WindowRows.Every : WindowRows.Last);
        }

        return split.Test.Length == 0 ? null : Part.Of(source.Table, split.Test, pipeline, coding, WindowRows.Every);
    }

    static PrepareSpec PrepareOf(TrainSpec spec)
    {
        var steps = PrepareSpecReader.Read(spec.Prepare);
        if (spec.Window is not { } window) return steps;
        return new([.. steps.Steps, new Window { Length = window.Length, Stride = window.Stride, Padding = window.Padding }]);
    }

    /// <summary>Remaining life is never below 0 nor above its cap.</summary>
    static TargetCoding CodingOf(TrainSpec spec, SourceTable source, LearningTask task, Table training) => task == LearningTask.Classification
        ? TargetCoding.Classification(source.Table, source.Target)
        : TargetCoding.Regression(training, source.Target, lower: spec.Data.Target.RemainingLife is null ? null : 0, upper: spec.Data.Target.RemainingLife?.Cap);

    static Part Required(Part part) => part.Samples.Count > 0
        ? part
        : throw new InputException("no sample to learn from", "at least one whole window in the training part", "Take a shorter window, or 'padding: first'");
}
