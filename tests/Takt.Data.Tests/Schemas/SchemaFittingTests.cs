using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Schemas;

public class SchemaFittingTests
{
    static readonly Table Training = new(
    [
        new NumberColumn("Torque", [5, double.NaN, 1, 9, 3], "Nm"),
        new TextColumn("Type", ["M", "L", "L", null, "H"]),
        new NumberColumn("ok", [1, 1, 0, double.NaN, 1], isBoolean: true),
        new NumberColumn("gone", [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN]),
    ]);

    [Fact]
    public void Columns_know_range_typical_value_and_categories()
    {
        var schema = SchemaFitting.Fit(Training, new Dictionary<string, ColumnRole> { ["ok"] = ColumnRole.Target, ["Torque [Nm]"] = ColumnRole.Feature });
        Assert.Equal(new("Torque", ColumnKind.Number, ColumnRole.Feature, "Nm") { Minimum = 1, Maximum = 9, Typical = "3" }, schema.Find("Torque"));
        Assert.Equal("L", schema.Find("Type")!.Typical);
        Assert.Equal(["L", "H", "M"], schema.Find("Type")!.Categories);
        Assert.Equal(("true", "ok"), (schema.Find("ok")!.Typical, schema.Target!.Name));
        Assert.Null(schema.Find("gone")!.Typical);
    }

    [Fact]
    public void Roles_for_columns_that_are_not_there_are_all_reported()
    {
        var refused = Assert.Throws<InputException>(() => SchemaFitting.Fit(Training, new Dictionary<string, ColumnRole> { ["Torqe"] = ColumnRole.Target, ["Typ"] = ColumnRole.Group }));
        Assert.Equal(["Did you mean 'Torque'?", "Did you mean 'Type'?"], refused.Problems.Select(p => p.WayOut));
    }
}
