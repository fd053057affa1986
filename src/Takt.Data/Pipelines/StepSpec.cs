using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines;

/// <summary>One preparation step as a person wrote it. What it learns from the training data is another thing: a fitted step.</summary>
public abstract record StepSpec
{
    /// <summary>The name in specs: <c>impute</c>, <c>one-hot</c>, ….</summary>
    public abstract string Step { get; }

    /// <summary>The columns it works on; null means all features that suit it.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Columns that it reads beside <see cref="Columns"/>.</summary>
    internal virtual IEnumerable<string> AlsoReads => [];

    /// <summary>Where it names a column, as an error says it.</summary>
    internal virtual string PlaceOf(string column) => $"in step {Step}";

    /// <summary>Names of columns that it makes and that later steps may name.</summary>
    internal virtual IEnumerable<string> Makes => [];

    /// <summary>Whether it looks back at earlier rows of the same group.</summary>
    internal virtual bool LooksBack => false;

    /// <summary>Learns from the training rows and adds the fitted steps.</summary>
    internal abstract void Fit(FittingContext context);

    /// <summary>Whether a column of this kind suits the step; null where every kind does.</summary>
    internal virtual ColumnSuits? Suits => null;
}

/// <summary>The preparation of a model's inputs as a person wrote it: steps, first to last.</summary>
/// <param name="Steps">At least one; a <see cref="Steps.Window"/> only at the end.</param>
public sealed record PrepareSpec(IReadOnlyList<StepSpec> Steps)
{
    /// <summary><c>prepare: auto</c>: what suits each column's kind and values.</summary>
    public static PrepareSpec Auto { get; } = new([new Steps.Auto()]);
}
