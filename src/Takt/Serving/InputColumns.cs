using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Serving.Backends;

namespace Takt.Serving;

/// <summary>The columns of a package as the data plane describes them.</summary>
static class InputColumns
{
    public static InputColumn Of(ColumnSchema column) => new(column.Name, column.Kind switch
    {
        ColumnKind.Number => InputKind.Number,
        ColumnKind.Boolean => InputKind.Boolean,
        ColumnKind.Time => InputKind.Time,
        _ => InputKind.Text,
    }, column.Unit)
    {
        Role = column.Role switch
        {
            ColumnRole.Time => InputRole.Time,
            ColumnRole.Group => InputRole.Group,
            _ => InputRole.Feature,
        },
        Minimum = column.Minimum,
        Maximum = column.Maximum,
        Categories = column.Categories,
        Typical = column.Typical,
    };
}
