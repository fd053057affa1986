using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Finds the delimiter: the one that splits the first lines into equally many cells.</summary>
static class DelimiterInference
{
    const int Records = 200;

    /// <summary>Fractions so near to each other are equal; then the order below decides.</summary>
    const double Near = 0.05;

    /// <summary>In order of trust. Commas come late, as they also stand in decimals; spaces last, as they also stand between words and before times of day.</summary>
    static readonly (char Delimiter, string Name)[] Candidates = [('\t', "a tab"), (';', "';'"), ('|', "'|'"), (',', "','"), (' ', "spaces")];

    /// <summary>The delimiter; a comma where nothing splits the lines, as then there is a single column.</summary>
    public static char Best(TextBuffer text)
    {
        char best = ',';
        double highest = 0.5;   // a delimiter that splits less than half of the lines alike is a character of the text
        foreach (var (delimiter, _) in Candidates)
        {
            double even = Evenness(text, delimiter, out int cells);
            if (cells > 1 && even > highest + (best == ',' && highest <= 0.5 ? 0 : Near)) (best, highest) = (delimiter, even);
        }

        return best;
    }

    /// <summary>Says so when the given delimiter is the wrong one.</summary>
    /// <exception cref="InputException">Another delimiter splits every line into equally many cells.</exception>
    public static void RefuseIfAnotherSplits(TextBuffer text, char given, string name)
    {
        foreach (var (delimiter, label) in Candidates)
        {
            if (delimiter == given || delimiter == ' ' || Evenness(text, delimiter, out int cells) < 1 || cells < 2) continue;
            throw new InputException($"the delimiter {NameOf(given)} splits no line, but {label} splits each into {cells} cells", "a delimiter that parts the cells",
                $"Give {label} as the delimiter, or none to have it found", name);
        }
    }

    static string NameOf(char delimiter) => Array.Find(Candidates, c => c.Delimiter == delimiter).Name ?? $"'{delimiter}'";

    /// <summary>The fraction of records with the most frequent number of cells; halved if the first record has another number, as a header tells more than a row.</summary>
    static double Evenness(TextBuffer text, char delimiter, out int cells)
    {
        var counts = new Dictionary<int, int>();
        var csv = new CsvRecords(text.Sample(), delimiter);
        int total = 0, first = 0;
        for (; total < Records && csv.Read(); total++)
        {
            if (total == 0) first = csv.Count;
            counts[csv.Count] = counts.GetValueOrDefault(csv.Count) + 1;
        }

        cells = counts.Count == 0 ? 0 : counts.MaxBy(c => c.Value).Key;
        if (total == 0) return 0;
        double even = (double)counts[cells] / total;
        bool trailing = delimiter != ' ' && first > 1 && first == cells - 1;   // rows that end in a delimiter below a header that does not
        return first == cells || trailing ? even : even / 2;
    }
}
