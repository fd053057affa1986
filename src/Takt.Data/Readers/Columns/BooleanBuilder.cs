using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>True and false.</summary>
sealed class BooleanBuilder(string header, MissingCell missing, int reports) : ColumnBuilder(header, missing, reports)
{
    readonly Chunks<double> _values = new();

    public override CellForms Form => CellForms.Boolean;

    protected override void AddCell(ReadOnlySpan<byte> cell, int row, long line)
    {
        double value = double.NaN;
        if (BooleanCell.TryParse(cell.Trim((byte)' '), out bool truth))
        {
            Census.Count(CellForms.Boolean);
            value = truth ? 1 : 0;
        }
        else if (cell is [(byte)'0' or (byte)'1'])   // in a column of booleans they can mean nothing else
        {
            Census.Classify(cell);
            value = cell[0] - '0';
        }
        else if (!IsMissing(cell))
        {
            Census.Classify(cell);
            Misfit(cell, row, line);
        }

        _values.Add(value);
    }

    public override void AddMissing(int count = 1) => _values.Fill(double.NaN, count);

    public override Column Build(ColumnName name, ReadOnlySpan<int> dropped) => new NumberColumn(name.Name, _values.ToArray(dropped), name.Unit, isBoolean: true);
}
