using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>Counts in which forms the cells of a column can be read, over all rows; the column's form follows from the counts alone, whatever the order of the rows.</summary>
sealed class CellCensus
{
    /// <summary>A column is numbers (booleans, times) if at least 99 in 100 of its values are: the rest are bad values, which somebody should see,
    /// and a text column holds more than 1 in 100 that are not numbers.</summary>
    const double Majority = 0.99;

    /// <summary>In order of preference where counts are equal.</summary>
    static readonly CellForms[] Single =
        [CellForms.PointNumber, CellForms.CommaNumber, CellForms.Boolean, CellForms.YearFirst, CellForms.DayFirst, CellForms.MonthFirst];

    readonly long[] _counts = new long[64];   // one for every combination of the six forms
    long _dayFirst, _monthFirst, _dayFirstBack, _monthFirstBack;

    /// <summary>Counts a value that is not missing.</summary>
    public void Count(CellForms forms) => _counts[(int)forms]++;

    /// <summary>Counts a date that can be read in two ways, and whether each reading steps back in time.</summary>
    public void CountOrder(long dayFirst, long monthFirst)
    {
        if (dayFirst < _dayFirst) _dayFirstBack++;
        if (monthFirst < _monthFirst) _monthFirstBack++;
        (_dayFirst, _monthFirst) = (dayFirst, monthFirst);
    }

    /// <summary>Finds the forms of a value that is not missing and counts them.</summary>
    public CellForms Classify(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim((byte)' ');
        var forms = NumberCell.Parse(cell, out _);
        if (forms == CellForms.Text && BooleanCell.TryParse(cell, out _)) forms = CellForms.Boolean;
        if (forms == CellForms.Text)
        {
            forms = TimeCell.Parse(cell, out long dayFirst, out long monthFirst);
            if (forms == (CellForms.DayFirst | CellForms.MonthFirst)) CountOrder(dayFirst, monthFirst);
        }

        Count(forms);
        return forms;
    }

    /// <summary>The form of the column.</summary>
    /// <param name="kind">What was asked for, or null to let the values decide.</param>
    /// <param name="commas">Whether numbers may have a decimal comma; not where the comma parts the cells.</param>
    public CellForms Decide(ColumnKind? kind, bool commas)
    {
        long all = _counts.Sum();
        if (all == 0) return FormOf(kind ?? ColumnKind.Number);
        var best = CellForms.Text;
        long most = -1;
        foreach (var form in Single)
        {
            if ((form == CellForms.CommaNumber && !commas) || (kind is { } wanted && KindOf(form) != wanted)) continue;
            long count = CountOf(form);
            if (count > most || (count == most && form == CellForms.MonthFirst && _monthFirstBack < _dayFirstBack)) (best, most) = (form, count);
        }

        return kind is not null || most >= Majority * all ? best : CellForms.Text;
    }

    /// <summary>How many values can be read in this form.</summary>
    public long CountOf(CellForms form)
    {
        long count = 0;
        for (int forms = 0; forms < _counts.Length; forms++)
            if ((forms & (int)form) != 0) count += _counts[forms];
        return count;
    }

    public static ColumnKind KindOf(CellForms form) => form switch
    {
        CellForms.PointNumber or CellForms.CommaNumber => ColumnKind.Number,
        CellForms.Boolean => ColumnKind.Boolean,
        CellForms.Text => ColumnKind.Text,
        _ => ColumnKind.Time,
    };

    static CellForms FormOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Number => CellForms.PointNumber,
        ColumnKind.Boolean => CellForms.Boolean,
        ColumnKind.Time => CellForms.YearFirst,
        _ => CellForms.Text,
    };
}
