using System.Text;
using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>Text. Equal values share one string, as categories repeat.</summary>
sealed class TextBuilder : ColumnBuilder
{
    /// <summary>Beyond so many different values a column is hardly categories, and remembering them would cost as much as the column.</summary>
    const int MostShared = 100_000;

    readonly Chunks<string?> _values = new();
    readonly Dictionary<string, (string Text, CellForms Forms)> _shared = new(Utf8Comparer.Instance);
    readonly Dictionary<string, (string Text, CellForms Forms)>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public TextBuilder(string header, MissingCell missing, int reports) : base(header, missing, reports) =>
        _lookup = _shared.GetAlternateLookup<ReadOnlySpan<byte>>();

    public override CellForms Form => CellForms.Text;

    protected override void AddCell(ReadOnlySpan<byte> cell, int row, long line)
    {
        if (IsMissing(cell))
        {
            _values.Add(null);
            return;
        }

        if (_lookup.TryGetValue(cell, out var known))
        {
            if (known.Forms == (CellForms.DayFirst | CellForms.MonthFirst)) Census.Classify(cell);   // the order of such dates counts too
            else Census.Count(known.Forms);
            _values.Add(known.Text);
            return;
        }

        string text = Encoding.UTF8.GetString(cell);
        var forms = Census.Classify(cell);
        if (_shared.Count < MostShared) _shared[text] = (text, forms);
        _values.Add(text);
    }

    public override void AddMissing(int count = 1) => _values.Fill(null, count);

    public override Column Build(ColumnName name, ReadOnlySpan<int> dropped) => new TextColumn(name.ToString(), _values.ToArray(dropped));
}
