using FsCheck;
using FsCheck.Fluent;
using Takt.Data.Splits;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Tests.Splits;

public class FoldsTests
{
    static TextColumn Labels(int rows) => new("label", [.. Enumerable.Range(0, rows).Select(i => i % 5 == 0 ? "rare" : "common")]);

    static bool EachRowValidatesOnce(IReadOnlyList<RowSplit> folds, int rows) =>
        folds.SelectMany(f => f.Validation).Order().SequenceEqual(Enumerable.Range(0, rows))
        && folds.All(f => f.Test.Length == 0 && f.Train.Concat(f.Validation).Order().SequenceEqual(Enumerable.Range(0, rows)));

    [Fact]
    public void Each_row_validates_once_and_folds_are_of_one_size() => Prop.ForAll<ulong, byte, byte>((seed, extra, count) =>
    {
        int folds = 2 + (count % 9), rows = folds + extra;
        var random = Folds.Random(rows, folds, new Generator(seed));
        var stratified = Folds.Stratified(Labels(rows), folds, new Generator(seed));
        return EachRowValidatesOnce(random, rows) && EachRowValidatesOnce(stratified, rows)
            && stratified.Max(f => f.Validation.Length) - stratified.Min(f => f.Validation.Length) <= 1;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Stratified_folds_share_each_class_out_to_the_row()
    {
        var folds = Folds.Stratified(Labels(103), 5, new Generator(1)); // 21 rare rows
        Assert.All(folds, f => Assert.InRange(f.Validation.Count(row => row % 5 == 0), 4, 5));
    }

    [Fact]
    public void A_group_stays_in_one_fold()
    {
        var group = new NumberColumn("unit", [.. Enumerable.Range(0, 60).Select(i => (double)(i % 7))]);
        var folds = Folds.ByGroup([group], 3, new Generator(1));

        Assert.True(EachRowValidatesOnce(folds, 60));
        Assert.All(folds, f => Assert.False(f.Train.Select(r => group.Values[r]).ToHashSet().Overlaps(f.Validation.Select(r => group.Values[r]))));
    }

    [Theory, InlineData(1), InlineData(11)]
    public void Too_few_or_too_many_folds_are_refused(int count) =>
        Assert.Equal($"{count} folds of 10 rows; expected 2 to 10 folds.", Assert.Throws<InputException>(() => Folds.Random(10, count, new Generator(1))).Message);
}
