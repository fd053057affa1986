using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>Points in time, year, day or month first.</summary>
sealed class TimeBuilder(CellForms form, string header, MissingCell missing, int reports) : ColumnBuilder(header, missing, reports)
{
    readonly Chunks<DateTime?> _values = new();

    public override CellForms Form => form;

    protected override void AddCell(ReadOnlySpan<byte> cell, int row, long line)
    {
        DateTime? value = null;
        var trimmed = cell.Trim((byte)' ');
        var forms = TimeCell.Parse(trimmed, out long ticks, out long monthFirstTicks);
        if (forms != CellForms.Text)
        {
            Census.Count(forms);
            if (forms == (CellForms.DayFirst | CellForms.MonthFirst)) Census.CountOrder(ticks, monthFirstTicks);
            if ((forms & form) != CellForms.Text) value = new DateTime(form == CellForms.MonthFirst ? monthFirstTicks : ticks, DateTimeKind.Utc);
            else Misfit(cell, row, line);
        }
        else if (!IsMissing(cell))
        {
            Census.Classify(cell);
            Misfit(cell, row, line);
        }

        _values.Add(value);
    }

    public override void AddMissing(int count = 1) => _values.Fill(null, count);

    public override Column Build(ColumnName name, ReadOnlySpan<int> dropped) => new TimeColumn(name.ToString(), _values.ToArray(dropped));
}
