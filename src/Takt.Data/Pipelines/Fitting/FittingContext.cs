using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;
using Takt.Data.Pipelines.Steps;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Pipelines.Fitting;

/// <summary>What a step sees while it is fitted: the training rows as the steps before it left them, and nothing else.</summary>
sealed class FittingContext(Frame frame, Generator random)
{
    readonly List<FittedStep> _steps = [];
    readonly List<string> _notes = [];

    /// <summary>The training rows as prepared so far.</summary>
    public Frame Frame { get; } = frame;

    /// <summary>Chance, for steps that need it.</summary>
    public Generator Random { get; } = random;

    public IReadOnlyList<FittedStep> Steps => _steps;

    /// <summary>What a reader of the model card should know: columns left out, categories grouped.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The window that ends the pipeline, once there is one.</summary>
    public FittedWindow? Window { get; set; }

    /// <summary>Adds a fitted step and applies it, so that the next step is fitted on what it will see.</summary>
    public void Add(FittedStep step)
    {
        if (step.IsEmpty) return;
        step.Apply(Frame);
        _steps.Add(step);
    }

    public void Note(string note) => _notes.Add(note);

    /// <summary>A column that a step reads beside those it works on.</summary>
    /// <exception cref="InputException">It is not there.</exception>
    public FrameColumn Required(string name, StepSpec spec) => Frame.Find(name) ?? throw new InputException(NotThere(name, spec));

    /// <summary>The columns a step works on: the stated ones, or all features that suit it.</summary>
    /// <exception cref="InputException">A stated column is not there any more, or is of a kind that the step cannot take; all of them are reported.</exception>
    public IReadOnlyList<FrameColumn> ColumnsOf(StepSpec spec)
    {
        var suits = spec.Suits;
        if (spec.Columns is null)
            return [.. Frame.Columns.Where(c => c.IsFeature && (suits is null || suits.ByDefault(c.Kind)))];

        var problems = new List<Problem>();
        var columns = new List<FrameColumn>();
        foreach (string name in spec.Columns.Distinct())
        {
            if (Frame.Find(name) is not { } column) problems.Add(NotThere(name, spec));
            else if (suits is not null && !suits.WhenStated(column.Kind))
                problems.Add(new($"column '{name}' in step {spec.Step} holds {ColumnSuits.Word(column.Kind)}", suits.Expected));
            else columns.Add(column);
        }

        return problems.Count > 0 ? throw new InputException(problems) : columns;
    }

    Problem NotThere(string name, StepSpec spec) => new($"column '{name}' in step {spec.Step} is not there at this point",
        "a column that no earlier step took away", NearestName.Suggest(name, [.. Frame.Columns.Select(c => c.Name)]));
}
