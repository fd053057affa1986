using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Frames;

/// <summary>The rows under preparation. Steps replace, add and remove columns; the table that the rows came from is never changed.</summary>
sealed class Frame(int rows, RowOrder order)
{
    readonly OrderedDictionary<string, FrameColumn> _columns = [];

    public int Rows { get; } = rows;

    /// <summary>The rows by group and time, for steps that look back.</summary>
    public RowOrder Order { get; } = order;

    /// <summary>The columns in the order in which they came.</summary>
    public IEnumerable<FrameColumn> Columns => _columns.Values;

    public FrameColumn this[string name] => _columns[name];

    public FrameColumn? Find(string name) => _columns.GetValueOrDefault(name);

    public void Set(FrameColumn column) => _columns[column.Name] = column;

    /// <summary>Adds a feature of numbers that the frame owns.</summary>
    public void AddFeature(string name, double[] values, string? unit, IReadOnlyList<string> sources, bool isBoolean = false) =>
        Set(new(new NumberColumn(name, values, unit, isBoolean), unit, IsFeature: true, sources, IsOwned: true));

    public void Remove(string name) => _columns.Remove(name);

    /// <summary>Numbers of a column that may be overwritten: the first asking copies them.</summary>
    public double[] Writable(string name)
    {
        var column = _columns[name];
        if (column.IsOwned) return column.Numbers;
        double[] own = column.Numbers.AsSpan().ToArray();
        _columns[name] = column with { Data = new NumberColumn(name, own, column.Unit, column.Kind == ColumnKind.Boolean), IsOwned = true };
        return own;
    }

    /// <summary>Text of a column that may be overwritten.</summary>
    public string?[] WritableTexts(string name)
    {
        var column = _columns[name];
        var texts = (TextColumn)column.Data;
        if (column.IsOwned) return texts.Values;
        string?[] own = [.. texts.Values];
        _columns[name] = column with { Data = new TextColumn(name, own), IsOwned = true };
        return own;
    }

    /// <summary>Says that a column's values are no longer in its unit (scaled, or a logarithm).</summary>
    public void ForgetUnit(string name) => _columns[name] = _columns[name] with { Unit = null };
}
