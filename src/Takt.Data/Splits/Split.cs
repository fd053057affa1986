using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Splits;

/// <summary>Parts the rows of a table into training, validation and test rows. The same seed gives the same parts on every machine.</summary>
/// <remarks>Every way takes the test part first and the validation part from what is left; with <c>testRows</c> given, those are the test part and its share is not used.</remarks>
public static class Split
{
    /// <summary>Rows drawn at random.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="shares">How much goes where.</param>
    /// <param name="random">Chance.</param>
    /// <param name="testRows">The very rows of the test part, or null.</param>
    /// <exception cref="InputException">Shares outside 0 to 1, too few rows for the parts, or test rows that do not exist or come twice.</exception>
    public static RowSplit Random(int rows, SplitShares shares, Generator random, IReadOnlyList<int>? testRows = null) =>
        Parts(rows, shares, testRows, new RandomDraw(random));

    /// <summary>Rows drawn at random within each class, so that every part holds the classes in the same proportions (to the row).
    /// A class with a single row goes to training. Rows without a label count as a class of their own.</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="shares">How much goes where.</param>
    /// <param name="random">Chance.</param>
    /// <param name="testRows">The very rows of the test part, or null.</param>
    /// <exception cref="InputException">As for <see cref="Random"/>.</exception>
    public static RowSplit Stratified(Column labels, SplitShares shares, Generator random, IReadOnlyList<int>? testRows = null) =>
        Parts(labels.Length, shares, testRows, new StratifiedDraw(labels, random));

    /// <summary>The past trains and the future tests: the latest rows are the test part, those before them the validation part. Rows of one time stay together.</summary>
    /// <param name="time">The time of each row, numbers or points in time.</param>
    /// <param name="shares">How much goes where.</param>
    /// <param name="testRows">The very rows of the test part, or null.</param>
    /// <exception cref="InputException">As for <see cref="Random"/>.</exception>
    public static RowSplit ByTime(Column time, SplitShares shares, IReadOnlyList<int>? testRows = null) =>
        Parts(time.Length, shares, testRows, new TimeDraw(time));

    /// <summary>As <see cref="ByTime(Column, SplitShares, IReadOnlyList{int}?)"/> where rows stand in order of time and no column says so.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="shares">How much goes where.</param>
    /// <param name="testRows">The very rows of the test part, or null.</param>
    /// <exception cref="InputException">As for <see cref="Random"/>.</exception>
    public static RowSplit ByTime(int rows, SplitShares shares, IReadOnlyList<int>? testRows = null) =>
        Parts(rows, shares, testRows, new TimeDraw(time: null));

    /// <summary>Groups drawn at random; all rows of a group go to the same part. Shares are of the groups.</summary>
    /// <param name="groups">One or more columns that together name the group of a row.</param>
    /// <param name="shares">How much goes where.</param>
    /// <param name="random">Chance.</param>
    /// <param name="testRows">The very rows of the test part, or null.</param>
    /// <exception cref="InputException">As for <see cref="Random"/>.</exception>
    public static RowSplit ByGroup(IReadOnlyList<Column> groups, SplitShares shares, Generator random, IReadOnlyList<int>? testRows = null) =>
        Parts(groups[0].Length, shares, testRows, new GroupDraw(groups, random));

    static RowSplit Parts(int rows, SplitShares shares, IReadOnlyList<int>? testRows, Draw draw)
    {
        shares.Check();
        int[] all = new int[rows];
        for (int i = 0; i < rows; i++) all[i] = i;

        var (test, rest) = testRows is null ? draw.Take(all, shares.Test, "test") : Named(all, testRows);
        var (validation, train) = draw.Take(rest, shares.Validation, "validation");
        return new(train, validation, test);
    }

    static (int[] Test, int[] Left) Named(int[] all, IReadOnlyList<int> testRows)
    {
        var problems = new List<Problem>();
        var test = new HashSet<int>();
        foreach (int row in testRows)
        {
            if (row < 0 || row >= all.Length) problems.Add(new($"test row {row}", $"rows 0 to {all.Length - 1}: the table has {all.Length}"));
            else if (!test.Add(row)) problems.Add(new($"test row {row} twice", "each row once"));
        }

        if (problems.Count == 0 && test.Count == all.Length) problems.Add(new("every row is a test row", "some rows left to train on"));
        return problems.Count > 0 ? throw new InputException(problems) : ([.. test.Order()], [.. all.Where(row => !test.Contains(row))]);
    }
}
