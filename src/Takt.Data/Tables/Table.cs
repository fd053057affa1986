using Takt.Protocols.Problems;

namespace Takt.Data.Tables;

/// <summary>Named columns of equal length. A table does not change; steps and splits make new ones that share what stays.</summary>
public sealed class Table
{
    readonly Dictionary<string, Column> _byName;

    /// <summary>Joins columns into a table.</summary>
    /// <param name="columns">Columns with different names and one length.</param>
    /// <exception cref="InputException">Two columns share a name, or lengths differ; all of it is reported.</exception>
    public Table(IReadOnlyList<Column> columns)
    {
        var problems = new List<Problem>();
        _byName = new Dictionary<string, Column>(columns.Count);
        foreach (var column in columns)
        {
            if (!_byName.TryAdd(column.Name, column)) problems.Add(new($"two columns are called '{column.Name}'", "different names"));
            if (column.Length != columns[0].Length)
                problems.Add(new($"column '{column.Name}' has {column.Length} rows", $"{columns[0].Length} as '{columns[0].Name}' has"));
        }

        if (problems.Count > 0) throw new InputException(problems);
        Columns = columns;
    }

    /// <summary>The columns, in file order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount => Columns.Count == 0 ? 0 : Columns[0].Length;

    /// <summary>The column of that name, or null.</summary>
    public Column? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The column of that name.</summary>
    /// <exception cref="InputException">There is none; the nearest name is suggested.</exception>
    public Column this[string name] =>
        Find(name) ?? throw new InputException($"no column '{name}'", wayOut: Suggest(name));

    /// <summary>A way-out sentence for a column that is not there: the nearest name, or all there are.</summary>
    public string Suggest(string name) => NearestName.Suggest(name, [.. Columns.Select(c => c.Name)]);

    /// <summary>The given rows, in the given order.</summary>
    public Table Take(ReadOnlySpan<int> rows)
    {
        var taken = new Column[Columns.Count];
        for (int i = 0; i < taken.Length; i++) taken[i] = Columns[i].Take(rows);
        return new Table(taken);
    }

    /// <summary>This table with a column put in the place of the one of the same name, or added at the end.</summary>
    public Table With(Column column) =>
        new(_byName.ContainsKey(column.Name)
            ? [.. Columns.Select(c => c.Name == column.Name ? column : c)]
            : [.. Columns, column]);

    /// <summary>This table less the named columns; names that it does not have are passed over.</summary>
    public Table Without(IReadOnlySet<string> names) => new([.. Columns.Where(c => !names.Contains(c.Name))]);
}
