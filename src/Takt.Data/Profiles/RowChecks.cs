using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>Looks for rows and columns that occur twice.</summary>
static class RowChecks
{
    /// <summary>Rows that equal an earlier one in every column but ids. Rows are compared by 64-bit hashes: among ten million the chance of a false pair is one in three hundred thousand.</summary>
    public static int Duplicates(IReadOnlyList<ColumnFacts> columns, int rows)
    {
        ulong[] hashes = new ulong[rows];
        foreach (var column in columns.Where(c => c.Role != ColumnRole.Id))
            for (int row = 0; row < rows; row++) hashes[row] = Mix(hashes[row] ^ HashOf(column.Column, row));
        return rows - hashes.Distinct().Count();
    }

    public static IEnumerable<ProfileWarning> Of(int duplicates, int rows)
    {
        if (duplicates > 0)
            yield return new(
                WarningKind.DuplicateRows, null, $"{Figures.Rows(duplicates)} ({Figures.Share(duplicates, rows)}) as an earlier one",
                "The same row in training and test makes the test too easy", "Remove them, unless rows may truly be alike");
    }

    /// <summary>Columns that hold the same values as an earlier one.</summary>
    public static IEnumerable<ProfileWarning> SameColumns(IReadOnlyList<ColumnFacts> columns, int rows)
    {
        var seen = new Dictionary<ulong, string>();
        foreach (var column in columns.Where(c => c.Distinct > 1))
        {
            ulong hash = 0;
            for (int row = 0; row < rows; row++) hash = Mix(hash ^ HashOf(column.Column, row));
            if (!seen.TryAdd(hash, column.Name))
                yield return new(
                    WarningKind.SameColumn, column.Name, $"it holds the same values as '{seen[hash]}'",
                    "It adds nothing, and explanations are shared out between the two", "Leave one of them out");
        }
    }

    static ulong HashOf(Column column, int row) => column switch
    {
        NumberColumn numbers => BitConverter.DoubleToUInt64Bits(numbers.Values[row]) + 1,
        TimeColumn times => (ulong)(times.Values[row]?.Ticks ?? -1),
        _ => HashOf(column.IsMissing(row) ? "\0" : column.TextAt(row)),
    };

    /// <summary>FNV-1a over the characters.</summary>
    static ulong HashOf(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char c in text) hash = (hash ^ c) * 1099511628211;
        return hash;
    }

    /// <summary>The finaliser of SplitMix64: every bit in changes every bit out.</summary>
    static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
