using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Schemas;

/// <summary>Holds what comes in against the units that a model learned in.</summary>
static class UnitMatch
{
    /// <summary>What is wrong with the unit in a header or key, if anything.</summary>
    /// <param name="written">The header or key as it came.</param>
    /// <param name="schema">The model's columns; those it does not know are not its concern.</param>
    /// <param name="where">Where it came from.</param>
    public static Problem? Check(string written, Schema schema, string where)
    {
        if (schema.Find(written) is not null) return null;
        var (name, unit) = ColumnName.Parse(written);
        if (unit is null || schema.Find(name) is not { } column || unit == column.Unit) return null;
        return column.Unit is null
            ? new($"'{name}' comes in {unit}", "no unit, as the model knows none for it", $"Send it as '{name}', in the unit of the training data", where)
            : new($"'{name}' comes in {unit}", column.Unit, $"Convert it to {column.Unit}", where);
    }
}
