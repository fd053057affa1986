using FsCheck;
using FsCheck.Fluent;
using Takt.Data.Splits;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Tests.Splits;

public class SplitTests
{
    /// <summary>Anything a factory might ask for: 2 to 400 rows, a label, a time with ties and a group for each, shares from 0 to 0.6.</summary>
    sealed record Case(ulong Seed, int Rows, SplitShares Shares, TextColumn Labels, NumberColumn Time, TextColumn Group)
    {
        public Generator Random => new(Seed);

        public override string ToString() => $"seed {Seed}: {Rows} rows, {Shares}";
    }

    static Case CaseOf(ulong seed)
    {
        var random = new Generator(seed);
        int rows = 6 + random.NextInt(395), groups = 4 + random.NextInt(20);
        T[] Each<T>(Func<int, T> of) => [.. Enumerable.Range(0, rows).Select(of)];
        double Share() => random.NextInt(4) == 0 ? 0 : random.NextDouble() * 0.6;
        return new(seed, rows, new(Share(), Share()),
            new("label", Each(_ => random.NextBool(0.1) ? "rare" : random.NextBool() ? "a" : "b")),
            new("time", Each(i => (double)((i * 7919 % rows) / 3))),
            new("group", Each(i => $"g{(i < groups ? i : random.NextInt(groups))}")));
    }

    static void ForAllCases(Func<Case, bool> law) => Prop.ForAll<ulong>(seed => law(CaseOf(seed)).Label(CaseOf(seed).ToString())).QuickCheckThrowOnFailure();

    static bool CoversEachRowOnce(RowSplit split, int rows) =>
        split.Train.Concat(split.Validation).Concat(split.Test).Order().SequenceEqual(Enumerable.Range(0, rows)) && split.Train.Length > 0
        && new[] { split.Train, split.Validation, split.Test }.All(part => part.SequenceEqual(part.Order()));

    [Fact]
    public void Every_way_puts_each_row_into_one_part_in_rising_order() => ForAllCases(c =>
        CoversEachRowOnce(Split.Random(c.Rows, c.Shares, c.Random), c.Rows)
        && CoversEachRowOnce(Split.Stratified(c.Labels, c.Shares, c.Random), c.Rows)
        && CoversEachRowOnce(Split.ByTime(c.Rows, c.Shares), c.Rows)
        && CoversEachRowOnce(Split.ByGroup([c.Group], c.Shares, c.Random), c.Rows));

    [Fact]
    public void A_random_split_takes_its_shares_to_the_row() => ForAllCases(c =>
    {
        var split = Split.Random(c.Rows, c.Shares, c.Random);
        return IsShare(split.Test.Length, c.Rows, c.Shares.Test) && IsShare(split.Validation.Length, c.Rows - split.Test.Length, c.Shares.Validation);
    });

    static bool IsShare(int taken, int of, double share) => share == 0 ? taken == 0 : Math.Abs(taken - (share * of)) <= 0.5 || taken is 1;

    [Fact]
    public void A_stratified_split_takes_its_share_of_each_class_to_the_row() => ForAllCases(c =>
    {
        var split = Split.Stratified(c.Labels, c.Shares, c.Random);
        return Array.TrueForAll(["a", "b", "rare"], label =>
        {
            int all = Count(Enumerable.Range(0, c.Rows)), test = Count(split.Test), validation = Count(split.Validation);
            return Near(test, all * c.Shares.Test) && Near(validation, (all - test) * c.Shares.Validation) && (all == 0 || all > test + validation);

            int Count(IEnumerable<int> rows) => rows.Count(row => c.Labels.Values[row] == label);
            static bool Near(int count, double wished) => Math.Abs(count - wished) <= 1;
        });
    });

    [Fact]
    public void No_group_is_in_two_parts() => ForAllCases(c =>
    {
        var split = Split.ByGroup([c.Group], c.Shares, c.Random);
        HashSet<string?>[] parts = [.. new[] { split.Train, split.Validation, split.Test }.Select(part => part.Select(row => c.Group.Values[row]).ToHashSet())];
        return !parts[0].Overlaps(parts[1]) && !parts[0].Overlaps(parts[2]) && !parts[1].Overlaps(parts[2]);
    });

    [Fact]
    public void By_time_the_past_trains_and_the_future_tests_and_one_time_is_never_in_two_parts() => ForAllCases(c =>
    {
        if (c.Time.Values.Distinct().Count() < 3) return true; // too few times for three parts
        var split = Split.ByTime(c.Time, c.Shares);
        double Latest(int[] part) => part.Length == 0 ? double.NegativeInfinity : part.Max(row => c.Time.Values[row]);
        double Earliest(int[] part) => part.Length == 0 ? double.PositiveInfinity : part.Min(row => c.Time.Values[row]);
        return CoversEachRowOnce(split, c.Rows)
            && Latest(split.Train) < Earliest(split.Validation) && Latest(split.Train) < Earliest(split.Test) && Latest(split.Validation) < Earliest(split.Test);
    });

    [Fact]
    public void The_same_seed_gives_the_same_parts_and_another_seed_others()
    {
        var labels = CaseOf(3).Labels;
        int[] Test(ulong seed) => Split.Stratified(labels, new(), new Generator(seed)).Test;

        Assert.Equal(Test(7), Test(7));
        Assert.NotEqual(Test(7), Test(8));
    }

    [Fact]
    public void Twenty_percent_of_the_milling_machines_failures_are_tested_on()
    {
        var labels = new NumberColumn("failure", [.. Enumerable.Range(0, 10_000).Select(i => i < 339 ? 1.0 : 0)], isBoolean: true);

        var split = Split.Stratified(labels, new(Test: 0.2, Validation: 0.2), new Generator(7));

        Assert.Equal((2000, 1600, 6400), (split.Test.Length, split.Validation.Length, split.Train.Length));
        Assert.Equal((68, 54), (split.Test.Count(row => row < 339), split.Validation.Count(row => row < 339))); // 67.8 and 54.2
    }

    [Fact]
    public void Named_test_rows_are_the_test_part_and_the_rest_is_split()
    {
        var split = Split.Random(10, new(Test: 0.9, Validation: 0.25), new Generator(1), testRows: [9, 0]);

        Assert.Equal([0, 9], split.Test);
        Assert.Equal((2, 6), (split.Validation.Length, split.Train.Length));
        Assert.True(CoversEachRowOnce(split, 10));
    }

    [Fact]
    public void Test_rows_that_cannot_be_are_all_reported() =>
        Assert.Equal(["test row 10; expected rows 0 to 9: the table has 10.", "test row 3 twice; expected each row once."],
            Assert.Throws<InputException>(() => Split.ByTime(10, new(), testRows: [10, 3, 3])).Problems.Select(p => p.ToString()));

    [Fact]
    public void What_cannot_be_split_is_told_with_the_way_out()
    {
        Assert.Equal("test: 1.5 in split; expected a share from 0 to below 1.", Message(() => Split.Random(10, new(1.5), new Generator(1))));
        Assert.Equal("1 rows to take a test part from; expected at least 2.", Message(() => Split.Random(1, new(), new Generator(1))));
        Assert.Equal("only one group in 'g' to take a test part from; expected at least 2. Split by time, or leave that part out.",
            Message(() => Split.ByGroup([new TextColumn("g", ["a", "a"])], new(), new Generator(1))));
        Assert.Equal("every row has the same time in 't'; expected at least two times, to tell past from future. Split at random or by group.",
            Message(() => Split.ByTime(new NumberColumn("t", [1, 1, 1]), new())));
        Assert.Equal("row 2: no time in column 't'; expected a time in every row, as the split goes by it.",
            Message(() => Split.ByTime(new TimeColumn("t", [DateTime.UnixEpoch, null]), new())));

        static string Message(Func<RowSplit> split) => Assert.Throws<InputException>(split).Message;
    }
}
