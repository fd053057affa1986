using Takt.Data.Pipelines.Frames;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Splits;

/// <summary>Rows in k parts of (nearly) equal size, each of which validates once while the others train.</summary>
public static class Folds
{
    /// <summary>Rows dealt at random.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="count">The number of folds, 2 to the number of rows.</param>
    /// <param name="random">Chance.</param>
    /// <returns>One split a fold, its test part empty.</returns>
    /// <exception cref="InputException">Fewer than two folds, or more than there are rows (or groups).</exception>
    public static IReadOnlyList<RowSplit> Random(int rows, int count, Generator random)
    {
        Check(count, rows, "rows");
        return Deal(random.Permutation(rows), rows, count);
    }

    /// <summary>Each class dealt at random, so that the folds hold the classes in the same proportions (to the row).</summary>
    /// <param name="labels">The class of each row.</param>
    /// <param name="random">Chance.</param>
    /// <param name="count">The number of folds, 2 to the number of rows or groups.</param>
    /// <exception cref="InputException">As for <see cref="Random"/>.</exception>
    public static IReadOnlyList<RowSplit> Stratified(Column labels, int count, Generator random)
    {
        Check(count, labels.Length, "rows");
        var order = new List<int>();
        foreach (var members in Classes.Of(labels, [.. Enumerable.Range(0, labels.Length)]))
        {
            int[] shuffled = [.. members];
            random.Shuffle<int>(shuffled);
            order.AddRange(shuffled);
        }

        return Deal([.. order], labels.Length, count);
    }

    /// <summary>Groups dealt at random; all rows of a group are in one fold.</summary>
    /// <param name="groups">One or more columns that together name the group of a row.</param>
    /// <param name="random">Chance.</param>
    /// <param name="count">The number of folds, 2 to the number of rows or groups.</param>
    /// <exception cref="InputException">As for <see cref="Random"/>.</exception>
    public static IReadOnlyList<RowSplit> ByGroup(IReadOnlyList<Column> groups, int count, Generator random)
    {
        string[] keys = [.. Enumerable.Range(0, groups[0].Length).Select(row => GroupKey.Of(groups, row))];
        string[] names = [.. keys.Distinct()];
        Check(count, names.Length, "groups");
        random.Shuffle<string>(names);
        var fold = names.Select((name, i) => (name, i)).ToDictionary(n => n.name, n => n.i % count);
        return Parts([.. keys.Select(key => fold[key])], count);
    }

    /// <summary>Dealing the rows in this order like cards: consecutive ones, such as those of a class, spread evenly.</summary>
    static IReadOnlyList<RowSplit> Deal(int[] order, int rows, int count)
    {
        int[] fold = new int[rows];
        for (int i = 0; i < order.Length; i++) fold[order[i]] = i % count;
        return Parts(fold, count);
    }

    static IReadOnlyList<RowSplit> Parts(int[] fold, int count) => [.. Enumerable.Range(0, count).Select(k => new RowSplit(
        [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] != k)], [.. Enumerable.Range(0, fold.Length).Where(row => fold[row] == k)], []))];

    static void Check(int count, int most, string what)
    {
        if (count < 2 || count > most) throw new InputException($"{count} folds of {most} {what}", $"2 to {most} folds");
    }
}
