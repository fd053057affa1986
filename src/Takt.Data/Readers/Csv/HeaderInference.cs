using System.Text;

namespace Takt.Data.Readers;

/// <summary>Finds whether the first record holds names, and what the records below it hold.</summary>
static class HeaderInference
{
    /// <summary>There is a header if a word stands on top of a column of numbers, times or booleans. If no column tells, there is one unless the first record holds a number or time itself.</summary>
    public static bool HasHeader(List<string[]> records, MissingCell missing, bool commas)
    {
        string[] first = records[0];
        var below = Guess(records.Skip(1), first.Length, missing, commas);
        bool typedCell = false;
        for (int i = 0; i < first.Length; i++)
        {
            byte[] cell = Encoding.UTF8.GetBytes(first[i]);
            if (missing.Is(cell)) continue;
            bool text = new CellCensus().Classify(cell) == CellForms.Text;
            if (text && records.Count > 1 && below[i] != CellForms.Text && records.Skip(1).Any(r => i < r.Length && !missing.Is(Encoding.UTF8.GetBytes(r[i])))) return true;
            typedCell |= !text;
        }

        return !typedCell;
    }

    /// <summary>The forms of the columns as these records suggest them.</summary>
    public static IReadOnlyList<CellForms> Guess(IEnumerable<string[]> records, int width, MissingCell missing, bool commas)
    {
        CellCensus[] censuses = [.. Enumerable.Range(0, width).Select(_ => new CellCensus())];
        foreach (string[] record in records)
        {
            for (int i = 0; i < Math.Min(width, record.Length); i++)
            {
                byte[] cell = Encoding.UTF8.GetBytes(record[i]);
                if (!missing.Is(cell)) censuses[i].Classify(cell);
            }
        }

        return [.. censuses.Select(c => c.Decide(kind: null, commas))];
    }
}
