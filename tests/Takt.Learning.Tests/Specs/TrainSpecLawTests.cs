using FsCheck;
using FsCheck.Fluent;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.Tests.Specs;

/// <summary>Laws that hold for every text a person may hand in.</summary>
public class TrainSpecLawTests
{
    const string Good = """
        name: engine-life
        task: regression
        data:
          file: train.txt
          target: { remaining-life: { cap: 125 } }
          group: unit
          time: cycle
          split: { test: 0.2, validation: 0.1, by: group, seed: 3 }
        prepare:
          - { step: impute, with: mean }
          - standardise
        window: { length: 30, padding: none }
        model: { family: lstm, hidden: [64, 32], dropout: 0.2 }
        train: { epochs: 60, schedule: { kind: cosine, warmup: 0.05 }, monitor: rmse }
        """;

    /// <summary>The good spec with a few characters replaced, doubled or taken out.</summary>
    static Arbitrary<string> Damaged =>
        (from at in Gen.Choose(0, Good.Length - 1)
         from way in Gen.Choose(0, 2)
         from character in Gen.Elements("{}[]:,-#&*!|>'\"%@` \n\tx0~?\0é".ToCharArray())
         select (at, way, character))
            .ArrayOf(3)
            .Select(edits => edits.Aggregate(Good, (text, edit) =>
            {
                int place = Math.Min(edit.at, text.Length - 1);
                return edit.way switch
                {
                    0 => text.Remove(place, 1),
                    1 => text.Insert(place, $"{edit.character}"),
                    _ => text.Remove(place, 1).Insert(place, $"{edit.character}"),
                };
            }))
            .ToArbitrary();

    [Fact]
    public void Damaged_text_is_read_or_refused_with_problems_that_have_a_place_and_never_fails_otherwise() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(Damaged, IsReadOrRefused));

    [Fact]
    public void Any_text_at_all_is_read_or_refused() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>().Filter(s => s is not null), IsReadOrRefused).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_read_is_written_and_read_back_the_same() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Damaged, text =>
        {
            if (Read(text) is not { } spec) return true;
            return TrainSpecWriter.HashOf(TrainSpecReader.Parse(TrainSpecWriter.ToYaml(spec))) == TrainSpecWriter.HashOf(spec);
        }));

    static bool IsReadOrRefused(string text)
    {
        try
        {
            TrainSpecReader.Parse(text);
            return true;
        }
        catch (InputException e)
        {
            return e.Problems.Count > 0 && e.Problems.All(p => p.Where?.StartsWith("spec", StringComparison.Ordinal) == true && p.Found.Length > 0);
        }
    }

    static TrainSpec? Read(string text)
    {
        try
        {
            return TrainSpecReader.Parse(text);
        }
        catch (InputException)
        {
            return null;
        }
    }
}
