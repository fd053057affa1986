using System.Globalization;

namespace Takt.Data.Tables;

/// <summary>Numbers or booleans.</summary>
/// <param name="name">The name without its unit.</param>
/// <param name="values">One a row; NaN is missing. The column keeps the array.</param>
/// <param name="unit">The unit, or null.</param>
/// <param name="isBoolean">Whether 1 and 0 stand for true and false.</param>
public sealed class NumberColumn(string name, double[] values, string? unit = null, bool isBoolean = false) : Column(name, unit)
{
    /// <summary>The values, one a row; NaN is missing.</summary>
    public double[] Values { get; } = values;

    /// <inheritdoc/>
    public override ColumnKind Kind => isBoolean ? ColumnKind.Boolean : ColumnKind.Number;

    /// <inheritdoc/>
    public override int Length => Values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => double.IsNaN(Values[row]);

    /// <inheritdoc/>
    public override string TextAt(int row) =>
        IsMissing(row) ? "" : isBoolean ? (Values[row] != 0 ? "true" : "false") : Values[row].ToString("R", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new NumberColumn(Name, Pick.From(Values, rows), Unit, isBoolean);
}

/// <summary>Text.</summary>
/// <param name="name">The name.</param>
/// <param name="values">One a row; null is missing. The column keeps the array.</param>
public sealed class TextColumn(string name, string?[] values) : Column(name, unit: null)
{
    /// <summary>The values, one a row; null is missing.</summary>
    public string?[] Values { get; } = values;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Text;

    /// <inheritdoc/>
    public override int Length => Values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => Values[row] is null;

    /// <inheritdoc/>
    public override string TextAt(int row) => Values[row] ?? "";

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new TextColumn(Name, Pick.From(Values, rows));
}

/// <summary>Points in time.</summary>
/// <param name="name">The name.</param>
/// <param name="values">One a row, UTC; null is missing. The column keeps the array.</param>
public sealed class TimeColumn(string name, DateTime?[] values) : Column(name, unit: null)
{
    /// <summary>The values, one a row, UTC; null is missing.</summary>
    public DateTime?[] Values { get; } = values;

    /// <inheritdoc/>
    public override ColumnKind Kind => ColumnKind.Time;

    /// <inheritdoc/>
    public override int Length => Values.Length;

    /// <inheritdoc/>
    public override bool IsMissing(int row) => Values[row] is null;

    /// <inheritdoc/>
    public override string TextAt(int row) => Values[row]?.ToString("O", CultureInfo.InvariantCulture) ?? "";

    /// <inheritdoc/>
    public override Column Take(ReadOnlySpan<int> rows) => new TimeColumn(Name, Pick.From(Values, rows));
}

static class Pick
{
    public static T[] From<T>(T[] values, ReadOnlySpan<int> rows)
    {
        var picked = new T[rows.Length];
        for (int i = 0; i < picked.Length; i++) picked[i] = values[rows[i]];
        return picked;
    }
}
