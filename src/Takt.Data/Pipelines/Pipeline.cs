using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Pipelines;

/// <summary>The fitted preparation of a model's inputs: from rows of a plant's table to the numbers a network takes. Saved with the model.</summary>
/// <remarks>Once fitted it never changes: any number of threads may use it. A row's features depend on that row, and for steps that look back on earlier rows of its own
/// group; never on its batch mates.</remarks>
public sealed class Pipeline
{
    readonly PipelineDocument _document;
    readonly InputColumns _inputs;

    Pipeline(PipelineDocument document)
    {
        _document = document;
        _inputs = document.Inputs();
        FeatureShape = document.Window is { } window ? [window.Length, document.Features.Count] : [document.Features.Count];
    }

    /// <summary>The input columns as training saw them, with range, typical value and categories of the training rows. Features that the steps left out have the role
    /// <see cref="ColumnRole.Ignored"/>; id and ignored columns that a step names have the role <see cref="ColumnRole.Feature"/>.</summary>
    public Schema Schema => _document.Schema;

    /// <summary>The columns that must be there to predict.</summary>
    public IReadOnlyList<ColumnSchema> Inputs => _inputs.Required;

    /// <summary>The network's inputs, in order.</summary>
    public IReadOnlyList<FeatureName> Features => _document.Features;

    /// <summary>Shape of one sample: [features], or [rows of the window, features].</summary>
    public int[] FeatureShape { get; }

    /// <summary>Whether samples are windows over several rows.</summary>
    public bool IsWindowed => _document.Window is not null;

    /// <summary>Whether a row's features may depend on earlier rows (windows, lags, smoothing): then a table must be prepared whole, otherwise in any pieces.</summary>
    public bool LooksBack => _inputs.Sorted;

    /// <summary>What a reader of the model card should know: columns left out, categories grouped.</summary>
    public IReadOnlyList<string> Notes => _document.Notes;

    /// <summary>Fits every step on training rows.</summary>
    /// <param name="training">The training rows and nothing else: what they hold is what the steps learn.</param>
    /// <param name="schema">Roles, kinds and units of the columns.</param>
    /// <param name="spec">The steps.</param>
    /// <param name="seed">For steps that need chance (k-means); default 0.</param>
    /// <exception cref="InputException">There are no rows, or columns and steps do not fit together; everything that can be told at once is.</exception>
    public static Pipeline Fit(Table training, Schema schema, PrepareSpec spec, ulong seed = 0)
    {
        if (training.RowCount == 0) throw new InputException("no training rows", "at least one");
        var steps = SpecChecks.Resolve(spec.Steps, schema);
        var context = new FittingContext(TrainingColumns(schema, steps).Enter(training), new Generator(seed));
        foreach (var step in steps) step.Fit(context);
        return new(PipelineDocument.Of(schema, training, context, FeatureSet.Of(context.Frame)));
    }

    /// <summary>Prepares rows.</summary>
    /// <param name="rows">With at least the columns of <see cref="Inputs"/>; others are passed over.</param>
    /// <param name="which">Which rows get a window, if there is a window step.</param>
    /// <exception cref="InputException">Columns are missing or hold the wrong kind of values, or a number is infinite; all of it is reported.</exception>
    public FeatureBatch Transform(Table rows, WindowRows which = WindowRows.AsFitted)
    {
        var frame = _inputs.Enter(rows);
        foreach (var step in _document.Steps) step.Apply(frame);

        float[] values = FeatureSet.Values(frame, _document.Features, _document.Fill);
        if (_document.Window is { } window) return Windowing.Cut(values, _document.Features.Count, frame.Order, window, which);

        int[] all = new int[frame.Rows];
        for (int i = 0; i < all.Length; i++) all[i] = i;
        return new(values, frame.Rows, FeatureShape, all);
    }

    /// <summary>Features, groups and times, and what else the steps name; never the target.</summary>
    static InputColumns TrainingColumns(Schema schema, IReadOnlyList<StepSpec> steps)
    {
        HashSet<string> named = [.. steps.SelectMany(s => s.AlsoReads.Concat(s.Columns ?? []))];
        return new(
            [.. schema.Columns.Where(c => c.Role is ColumnRole.Feature or ColumnRole.Group or ColumnRole.Time || (c.Role != ColumnRole.Target && named.Contains(c.Name)))],
            sorted: steps.Any(s => s.LooksBack));
    }

    /// <summary>Everything that was fitted. Read back, it prepares the same rows to the same bits.</summary>
    public JsonNode ToJson() => JsonSerializer.SerializeToNode(_document, PipelineDocument.Json)!;

    /// <summary>A pipeline from what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InputException">It is not a pipeline, or of a newer format.</exception>
    public static Pipeline FromJson(JsonNode json) => new(PipelineDocument.Read(json));
}
