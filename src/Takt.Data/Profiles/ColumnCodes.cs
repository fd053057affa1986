using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>A column as class numbers: each different value has one, the most frequent 0; a missing value has −1.</summary>
sealed class ColumnCodes
{
    ColumnCodes(int[] codes, IReadOnlyList<CategoryCount> classes) => (Codes, Classes) = (codes, classes);

    /// <summary>One a row.</summary>
    public int[] Codes { get; }

    /// <summary>The values by code, with their counts.</summary>
    public IReadOnlyList<CategoryCount> Classes { get; }

    public static ColumnCodes Of(Column column)
    {
        var found = new Dictionary<string, int>();
        var counts = new List<int>();
        int[] codes = new int[column.Length];
        for (int row = 0; row < codes.Length; row++)
        {
            if (column.IsMissing(row))
            {
                codes[row] = -1;
                continue;
            }

            string text = column.TextAt(row);
            if (!found.TryGetValue(text, out int code))
            {
                found[text] = code = counts.Count;
                counts.Add(0);
            }

            counts[code]++;
            codes[row] = code;
        }

        var sorted = found.OrderByDescending(f => counts[f.Value]).ThenBy(f => f.Key, StringComparer.Ordinal).ToList();
        int[] place = new int[counts.Count];
        for (int i = 0; i < sorted.Count; i++) place[sorted[i].Value] = i;
        for (int row = 0; row < codes.Length; row++)
            if (codes[row] >= 0) codes[row] = place[codes[row]];
        return new(codes, sorted.ConvertAll(f => new CategoryCount(f.Key, counts[f.Value])));
    }
}
