using Takt.Data.Pipelines.Fitting;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Pipelines.Specs;

namespace Takt.Data.Pipelines.Steps;

/// <summary>Takes columns away: <c>{ step: drop, columns: [a, b] }</c>.</summary>
public sealed record Drop : StepSpec
{
    /// <inheritdoc/>
    public override string Step => "drop";

    internal static Drop Read(StepKeys keys)
    {
        if (!keys.Has("columns")) keys.RequiredText("columns");
        return new() { Columns = keys.Columns() ?? [] };
    }

    internal override void Fit(FittingContext context) => context.Add(new FittedDrop([.. context.ColumnsOf(this).Select(c => c.Name)]));
}

/// <summary>Reads nothing: a column that is only taken away need not be there when predicting.</summary>
sealed record FittedDrop(IReadOnlyList<string> Columns) : FittedStep
{
    public override IEnumerable<string> Reads => [];

    public override bool IsEmpty => Columns.Count == 0;

    public override void Apply(Frame frame)
    {
        foreach (string name in Columns) frame.Remove(name);
    }
}
