using System.Text;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Reads the records of a JSON-lines file into a draft. A column begins where its name first occurs; rows without the name have no value there.</summary>
static class JsonTable
{
    public static TableDraft Read(TextBuffer text, string name, ReadOptions options, IReadOnlyDictionary<string, CellForms>? settled)
    {
        var draft = new TableDraft(name, options, settled, commas: false);
        var byName = new Dictionary<string, int>(Utf8Comparer.Instance);
        var lookup = byName.GetAlternateLookup<ReadOnlySpan<byte>>();
        var guesses = Guesses(text.Sample(), options);
        int[] places = new int[16];     // for each value of the record its column
        var filled = new List<long>();  // for each column the line that filled it last
        var json = new JsonRecords(text);
        while (json.Read())
        {
            if (json.Fault is { } fault)
            {
                draft.Fault(json.Line, 0, fault.Found, fault.Expected, fault.Column);
                continue;
            }

            if (places.Length < json.Count) places = new int[json.Count * 2];
            string? twice = null;
            for (int i = 0; i < json.Count; i++)
            {
                if (!lookup.TryGetValue(json.NameOf(i), out int column))
                {
                    string header = Encoding.UTF8.GetString(json.NameOf(i));
                    column = draft.Columns.Count;
                    byName.Add(header, column);
                    filled.Add(0);
                    draft.AddColumn(header, draft.KindOf(header) is { } kind ? new CellCensus().Decide(kind, commas: false) : guesses.GetValueOrDefault(header, CellForms.PointNumber));
                }

                if (filled[column] == json.Line) twice = draft.Columns[column].Header;
                filled[column] = json.Line;
                places[i] = column;
            }

            if (twice is not null)
            {
                draft.Fault(json.Line, 0, $"the name '{twice}' comes twice", "each name once");
                continue;
            }

            for (int i = 0; i < json.Count; i++) draft.Columns[places[i]].Add(json[i], draft.Rows, json.Line);
            for (int column = 0; column < filled.Count; column++)
                if (filled[column] != json.Line) draft.Columns[column].AddMissing();
            draft.EndRow();
        }

        if (json.IsTooLong) draft.Finish(LineLimit.Exceeded(name, json.Line, options.MaxLineLength));
        return draft;
    }

    /// <summary>The forms that the first rows suggest, by name.</summary>
    static Dictionary<string, CellForms> Guesses(TextBuffer sample, ReadOptions options)
    {
        var missing = new MissingCell(options.Missing);
        var censuses = new Dictionary<string, CellCensus>();
        var json = new JsonRecords(sample);
        for (int row = 0; row < 1000 && json.Read(); row++)
        {
            for (int i = 0; i < (json.Fault is null ? json.Count : 0); i++)
            {
                string header = Encoding.UTF8.GetString(json.NameOf(i));
                if (!censuses.TryGetValue(header, out var census)) censuses[header] = census = new CellCensus();
                if (!missing.Is(json[i])) census.Classify(json[i]);
            }
        }

        return censuses.ToDictionary(c => c.Key, c => c.Value.Decide(kind: null, commas: false));
    }
}
