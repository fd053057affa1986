namespace Takt.Data.Profiles;

/// <summary>Looks at the target: whether it can be learned, and what makes it hard.</summary>
static class TargetChecks
{
    /// <summary>Below this share accuracy hides a class: nine in ten right may be all wrong on it.</summary>
    const double RareClass = 0.1;

    public static IEnumerable<ProfileWarning> Of(TargetFacts target, int rows)
    {
        var (name, facts) = (target.Facts.Name, target.Facts);
        if (facts.Distinct < 2)
        {
            yield return new(WarningKind.UselessTarget, name, facts.Present == 0 ? "the target has no value in any row" : "the target has the same value in every row",
                "There is nothing to tell apart", "Take another target, or data in which it varies");
            yield break;
        }

        if (facts.Present < rows)
            yield return new(WarningKind.MissingTarget, name, $"{Figures.Rows(rows - facts.Present)} without a target", "They can neither teach nor test", "They will be left out; complete them if they can be known");
        if (target.Task != TargetTask.Classification) yield break;
        var rare = target.Codes!.Classes[^1];
        if (rare.Count < RareClass * facts.Present)
            yield return new(WarningKind.Imbalance, name, $"'{rare.Value}' is only {Figures.Of(rare.Count)} of {Figures.Of(facts.Present)} rows ({Figures.Share(rare.Count, facts.Present)})",
                "A model that never says it would still be right almost always", "Judge by F1 and the precision-recall curve, split stratified, weight the classes");
    }
}
