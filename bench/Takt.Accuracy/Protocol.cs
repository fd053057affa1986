using Takt.Learning.Jobs;
using Takt.Learning.Metrics;
using Takt.Learning.Specs;

namespace Takt.Accuracy;

/// <summary>One figure of a protocol.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Of">Takes it from a part's metrics.</param>
/// <param name="Goal">What it should reach, or null: it is reported only.</param>
/// <param name="HigherIsBetter">Its direction.</param>
/// <param name="Published">What others have reached, in words.</param>
sealed record Figure(string Name, Func<PartMetrics, Estimate> Of, double? Goal = null, bool HigherIsBetter = false, string Published = "");

/// <summary>A data set, the honest settings for it, and how its figures are taken.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Spec">File in samples/specs.</param>
/// <param name="Data">Folder in the shared data.</param>
/// <param name="Figures">What is reported.</param>
/// <param name="Splits">Published splits, each trained once; 0 = one split, trained with several seeds.</param>
sealed record Protocol(string Name, string Spec, string Data, IReadOnlyList<Figure> Figures, int Splits = 0)
{
    static readonly Figure[] Life =
    [
        new("RMSE, test lives capped", m => m.CappedLife?.Rmse ?? m.Regression!.Rmse),
        new("RMSE, uncapped", m => m.Regression!.Rmse),
        new("NASA score, capped", m => m.CappedLife?.Score ?? Estimate.Not("one prediction per unit only")),
        new("NASA score, uncapped", m => m.Regression!.RemainingLife?.Score ?? Estimate.Not("one prediction per unit only")),
    ];

    /// <summary>All protocols, in the order they run.</summary>
    public static IReadOnlyList<Protocol> All { get; } =
    [
        new("ai4i", "ai4i2020.yaml", "ai4i2020",
        [
            new("F1", m => m.Classification!.F1, Goal: 0.75, HigherIsBetter: true, "0.755 gradient boosting, 0.895 XGBoost with engineered inputs"),
            new("ROC-AUC", m => m.Classification!.RocAuc, Goal: 0.97, HigherIsBetter: true, "0.978 gradient boosting"),
            new("PR-AUC", m => m.Classification!.PrAuc, HigherIsBetter: true),
        ]),
        new("fd001", "cmapss-fd001.yaml", "cmapss", [Life[0] with { Goal = 13.5 }, Life[1] with { Goal = 14.9, Published = "14.9 single-layer LSTM" }, .. Life[2..]]),
        new("fd004", "cmapss-fd004.yaml", "cmapss", Life),
        Regression("concrete", "4.82 ± 0.16 MC dropout, 4.29 ± 0.15 gradient boosting"),
        Regression("energy", "0.54 ± 0.06 MC dropout, 0.445 ± 0.015 gradient boosting"),
        Regression("kin8nm", "0.08 MC dropout, 0.109 gradient boosting"),
        Regression("power-plant", "4.01 ± 0.04 MC dropout, 3.13 ± 0.04 gradient boosting"),
        Regression("wine-quality-red", "0.62 ± 0.01 MC dropout, 0.584 ± 0.011 gradient boosting"),
    ];

    static Protocol Regression(string set, string published) =>
        new(set, $"uci-{set}.yaml", $"uci-regression/{set}", [new Figure("RMSE", m => m.Regression!.Rmse, Published: published)], Splits: 20);

    /// <summary>The spec of one training: the seed's or the split's, counted from 0.</summary>
    public TrainSpec SpecOf(string repository, string shared, int run)
    {
        string path = Path.Combine(repository, "samples", "specs", Spec);
        var spec = TrainSpecReader.Parse(File.ReadAllText(path), path, Path.Combine(shared, "data", Data));
        return Splits == 0
            ? spec with { Train = spec.Train with { Seed = (ulong)run + 1 } }
            : spec with { Data = spec.Data with { Split = spec.Data.Split with { TestRows = spec.Data.Split.TestRows! with { Line = run + 1 } } } };
    }
}
