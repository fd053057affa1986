using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>Numbers, with point or comma.</summary>
sealed class NumberBuilder(CellForms form, string header, MissingCell missing, int reports) : ColumnBuilder(header, missing, reports)
{
    readonly Chunks<double> _values = new();

    public override CellForms Form => form;

    protected override void AddCell(ReadOnlySpan<byte> cell, int row, long line)
    {
        var forms = NumberCell.Parse(cell, out double value);
        if ((forms & form) != CellForms.Text)
        {
            Census.Count(forms);
            if (double.IsInfinity(value)) Misfit(cell, row, line);
        }
        else
        {
            value = double.NaN;
            if (!IsMissing(cell))
            {
                forms = Census.Classify(cell);
                if ((forms & form) == CellForms.Text) Misfit(cell, row, line);
                else NumberCell.Parse(cell.Trim((byte)' '), out value);   // a quoted number with spaces around it
            }
        }

        _values.Add(value);
    }

    public override void AddMissing(int count = 1) => _values.Fill(double.NaN, count);

    public override Column Build(ColumnName name, ReadOnlySpan<int> dropped) => new NumberColumn(name.Name, _values.ToArray(dropped), name.Unit);
}
