namespace Takt.Data.Tables;

/// <summary>What kind of values a column holds.</summary>
public enum ColumnKind
{
    /// <summary>Numbers; missing is NaN.</summary>
    Number,

    /// <summary>True or false, held as 1 and 0; missing is NaN.</summary>
    Boolean,

    /// <summary>Text, usually a category; missing is null.</summary>
    Text,

    /// <summary>Points in time (UTC); missing is null.</summary>
    Time,
}

/// <summary>One column of a table: a name, a unit and a value (or a gap) for each row.</summary>
/// <param name="name">The name without its unit.</param>
/// <param name="unit">The unit as written in the header's brackets, or null.</param>
public abstract class Column(string name, string? unit)
{
    /// <summary>The name without its unit.</summary>
    public string Name { get; } = name;

    /// <summary>The unit, or null.</summary>
    public string? Unit { get; } = unit;

    /// <summary>What kind of values it holds.</summary>
    public abstract ColumnKind Kind { get; }

    /// <summary>The number of rows.</summary>
    public abstract int Length { get; }

    /// <summary>Whether there is no value in this row.</summary>
    public abstract bool IsMissing(int row);

    /// <summary>The value as text that reads back to the same value (invariant culture, shortest), empty where missing.</summary>
    public abstract string TextAt(int row);

    /// <summary>A column of the given rows, in the given order; a row may come several times.</summary>
    public abstract Column Take(ReadOnlySpan<int> rows);
}
