using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Data.Readers;

/// <summary>A table while its file is read: columns in supposed forms, the number of rows, and what was bad.</summary>
/// <param name="name">The file, for messages.</param>
/// <param name="options">Limits and kinds.</param>
/// <param name="forms">The forms by header that an earlier reading settled, or null on the first.</param>
/// <param name="commas">Whether numbers may have a decimal comma.</param>
sealed class TableDraft(string name, ReadOptions options, IReadOnlyDictionary<string, CellForms>? forms, bool commas)
{
    readonly MissingCell _missing = new(options.Missing);
    readonly List<(long Line, int Column, Problem Problem)> _faults = [];
    long _faultCount;

    public List<ColumnBuilder> Columns { get; } = [];

    /// <summary>Rows read so far, those with misfits included.</summary>
    public int Rows { get; private set; }

    public string Name => name;

    /// <summary>Adds a column, missing in the rows so far.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="guess">The form that the first rows suggest; what was settled goes before it.</param>
    public ColumnBuilder AddColumn(string header, CellForms guess)
    {
        if (Columns.Count == options.MaxColumns)
            throw new InputException($"more than {options.MaxColumns} columns", $"at most {options.MaxColumns}", "Check the delimiter, or allow more columns (MaxColumns)", name);
        var column = ColumnBuilder.Of(forms?.GetValueOrDefault(header, guess) ?? guess, header, _missing, options.MaxReports);
        column.AddMissing(Rows);
        Columns.Add(column);
        return column;
    }

    /// <summary>Counts a row whose cells have been added.</summary>
    public void EndRow()
    {
        Rows++;
        if (Rows > options.MaxRows)
            throw new InputException($"more than {options.MaxRows} rows", $"at most {options.MaxRows}", "Split the file, or allow more rows (MaxRows)", name);
        if ((long)Rows * Columns.Count > options.MaxCells)
            throw new InputException($"more than {options.MaxCells} cells in {Columns.Count} columns", $"at most {options.MaxCells}", "Split the file, or allow more cells (MaxCells)", name);
    }

    /// <summary>Notes a row that could not be taken apart and is left out.</summary>
    public void Fault(long line, int column, string found, string expected, string? columnName = null)
    {
        _faultCount++;
        if (_faults.Count < options.MaxReports) _faults.Add((line, column, new(found, expected, Where: Place(line, column, columnName))));
    }

    /// <summary>Whether all values, now that they are counted, agree with the supposed forms; if not, the forms to read again with.</summary>
    public bool IsSettled(out IReadOnlyDictionary<string, CellForms> decided)
    {
        decided = Columns.ToDictionary(c => c.Header, c => c.Census.Decide(KindOf(c.Header), commas));
        foreach (var column in Columns)
            if (decided[column.Header] != column.Form) return false;
        return true;
    }

    /// <summary>The table of the good rows.</summary>
    /// <param name="ending">What ended the reading before the file's end, if anything; it is thrown together with the rows that were bad until then.</param>
    /// <exception cref="InputException">There are bad rows and they were not to be skipped, or no row at all.</exception>
    public (Table Table, IReadOnlyList<Problem> BadRows, long BadRowCount) Finish(InputException? ending = null)
    {
        if (ending is not null) throw new InputException([.. Reports(_faultCount, misfits: false), .. ending.Problems]);
        CheckKinds();
        CheckUnits();
        int[] dropped = [.. Columns.SelectMany(c => c.MisfitRows).Distinct().Order()];
        long bad = _faultCount + dropped.Length;
        var reports = Reports(bad, misfits: true);
        if (bad > 0 && (options.OnBadRow == OnError.Fail || Rows == dropped.Length))
            throw new InputException([.. reports, new($"{bad} of {Rows + _faultCount} rows are bad", "none",
                "Correct them, or have them left out (--skip-bad-rows; on_bad_row: skip under data in a spec); a column that is meant to be text can be given that kind", name)]);
        if (Columns.Count == 0) throw new InputException("there is nothing but blank lines", "a header and rows", where: name);
        if (Rows == 0) throw new InputException("there is a header but no row", "at least one row", "Check that the export was complete", name);

        return (new Table([.. Named(dropped)]), reports, bad);
    }

    /// <summary>The kind that was asked for, under the header as it stands or under the bare name.</summary>
    public ColumnKind? KindOf(string header)
    {
        string bare = ColumnName.Parse(header).Name;
        if (options.Kinds is { } kinds && (kinds.TryGetValue(header, out var kind) || kinds.TryGetValue(bare, out kind))) return kind;
        return (options.Schema?.Find(header) ?? options.Schema?.Find(bare))?.Kind;
    }

    /// <summary>Where two columns differ in their unit alone, the unit stays in the name: it is what tells them apart.</summary>
    IEnumerable<Column> Named(int[] dropped)
    {
        var names = Columns.ConvertAll(c => ColumnName.Parse(c.Header));
        var shared = names.CountBy(n => n.Name).Where(n => n.Value > 1).Select(n => n.Key).ToHashSet();
        for (int i = 0; i < Columns.Count; i++)
            yield return Columns[i].Build(shared.Contains(names[i].Name) ? new(Columns[i].Header, null) : names[i], dropped);
    }

    List<Problem> Reports(long bad, bool misfits)
    {
        var all = new List<(long Line, int Column, Problem Problem)>(_faults);
        for (int i = 0; misfits && i < Columns.Count; i++)
        {
            foreach (var misfit in Columns[i].Misfits)
                all.Add((misfit.Line, i + 1, MisfitReport.Of(misfit, Columns[i].Form, commas, Place(misfit.Line, i + 1, Columns[i].Header))));
        }

        all.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
        List<Problem> reports = [.. all.Take(options.MaxReports).Select(r => r.Problem)];
        long reported = all.Take(options.MaxReports).Select(r => r.Line).Distinct().LongCount();
        if (bad > reported) reports.Add(new($"and {bad - reported} more bad rows", Where: name));
        return reports;
    }

    void CheckKinds()
    {
        if (options.Kinds is not { } kinds) return;
        var known = Columns.SelectMany(c => (string[])[c.Header, ColumnName.Parse(c.Header).Name]).ToHashSet();
        var unknown = kinds.Keys.Where(k => !known.Contains(k)).ToList();
        if (unknown.Count > 0)
            throw new InputException([.. unknown.Select(k =>
                new Problem($"a kind is given for '{k}', which is no column", WayOut: NearestName.Suggest(k, [.. Columns.Select(c => ColumnName.Parse(c.Header).Name)]), Where: name))]);
    }

    void CheckUnits()
    {
        if (options.Schema is not { } schema) return;
        Problem[] problems = [.. Columns.Select(c => UnitMatch.Check(c.Header, schema, name)).OfType<Problem>()];
        if (problems.Length > 0) throw new InputException(problems);
    }

    string Place(long line, int column, string? header) =>
        column == 0 ? $"{name} line {line}" : header is null ? $"{name} line {line} column {column}" : $"{name} line {line} column {column} '{header}'";
}
