namespace Takt.Data.Tables;

/// <summary>A column's name and unit, taken apart: <c>Torque [Nm]</c> is the name <c>Torque</c> with the unit <c>Nm</c>.</summary>
/// <param name="Name">The name without its unit.</param>
/// <param name="Unit">The unit, or null.</param>
public readonly record struct ColumnName(string Name, string? Unit)
{
    /// <summary>Takes a header apart. Square brackets at the end always hold a unit; round ones only if what they hold is known as one
    /// (<c>Torque (Nm)</c>, <c>CO2(tCO2)</c>, but not <c>Rate (old)</c>).</summary>
    public static ColumnName Parse(string header)
    {
        header = header.Trim();
        if (header.EndsWith(']') && header.LastIndexOf('[') is > 0 and var square) return Split(header, square);
        if (header.EndsWith(')') && header.LastIndexOf('(') is > 0 and var round && UnitSymbols.Knows(header[(round + 1)..^1])) return Split(header, round);
        return new(header, null);
    }

    /// <summary>Name and unit as a header writes them.</summary>
    public override string ToString() => Unit is null ? Name : $"{Name} [{Unit}]";

    static ColumnName Split(string header, int bracket)
    {
        string name = header[..bracket].TrimEnd(), unit = header[(bracket + 1)..^1].Trim();
        return name.Length == 0 ? new(header, null) : new(name, unit.Length == 0 ? null : unit);
    }
}
