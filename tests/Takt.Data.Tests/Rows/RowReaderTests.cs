using System.Text.Json.Nodes;
using Takt.Data.Rows;
using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Tests.Rows;

public class RowReaderTests
{
    static readonly Schema Milling = new(
    [
        new("UDI", ColumnKind.Number, ColumnRole.Id),
        new("machine", ColumnKind.Text, ColumnRole.Group),
        new("time", ColumnKind.Time, ColumnRole.Time),
        new("Type", ColumnKind.Text, ColumnRole.Feature),
        new("Torque", ColumnKind.Number, ColumnRole.Feature, "Nm"),
        new("Speed", ColumnKind.Number, ColumnRole.Feature),
        new("coolant", ColumnKind.Boolean, ColumnRole.Feature),
        new("failure", ColumnKind.Number, ColumnRole.Target),
        new("TWF", ColumnKind.Number, ColumnRole.Ignored),
    ]);

    [Fact]
    public void Rows_become_the_columns_that_the_model_reads()
    {
        var (table, problems, good) = Read("""
            [{"UDI": 7, "machine": "M1", "time": "2020-01-02T13:04:05+01:00", "Type": "L", "Torque [Nm]": 42.8, "Speed": "1500", "coolant": true, "failure": 1},
             {"Torque": 1e1, "Type": 5, "coolant": "no", "time": "02.01.2020", "Speed": null},
             {"Speed": "NA", "coolant": 1, "Torque": -0.5}]
            """);
        Assert.Empty(problems);
        Assert.Equal([0, 1, 2], good);
        Assert.Equal(["machine", "time", "Type", "Torque", "Speed", "coolant"], table.Columns.Select(c => c.Name));
        Assert.Equal([42.8, 10, -0.5], ((NumberColumn)table["Torque"]).Values);
        Assert.Equal("Nm", table["Torque"].Unit);
        Assert.Equal([1500, double.NaN, double.NaN], ((NumberColumn)table["Speed"]).Values);
        Assert.Equal([1, 0, 1], ((NumberColumn)table["coolant"]).Values);
        Assert.Equal("L|5|", string.Join('|', ((TextColumn)table["Type"]).Values));
        Assert.Equal(new DateTime(2020, 1, 2, 12, 4, 5, DateTimeKind.Utc), ((TimeColumn)table["time"]).Values[0]);
        Assert.Equal(ColumnKind.Boolean, table["coolant"].Kind);
    }

    [Theory]
    [InlineData("""{"Torque": "high"}""", "Torque: 'high'; expected a finite number in Nm.")]
    [InlineData("""{"Torque": 1e999}""", "Torque: 1e999; expected a finite number in Nm.")]
    [InlineData("""{"Torque": "inf"}""", "Torque: 'inf'; expected a finite number in Nm.")]
    [InlineData("""{"Speed": true}""", "Speed: true; expected a finite number.")]
    [InlineData("""{"Speed": [1]}""", "Speed: a list; expected a finite number.")]
    [InlineData("""{"Speed": "1,5"}""", "Speed: '1,5'; expected a finite number.")]
    [InlineData("""{"coolant": "maybe"}""", "coolant: 'maybe'; expected true or false.")]
    [InlineData("""{"Speed": 1, "time": "01/02/2020"}""", "time: '01/02/2020'; expected a time as text: \"2020-01-31T13:04:05Z\".")]
    [InlineData("""{"Speed": 1, "time": 1577970245}""", "time: 1577970245; expected a time as text: \"2020-01-31T13:04:05Z\".")]
    [InlineData("""{"Torque [kNm]": 0.04}""", "Torque [kNm]: 'Torque' comes in kNm; expected Nm. Convert it to Nm.")]
    [InlineData("""{"Speed [rpm]": 4}""", "Speed [rpm]: 'Speed' comes in rpm; expected no unit, as the model knows none for it. Send it as 'Speed', in the unit of the training data.")]
    [InlineData("""{"Speed": 1, "Torqe [Nm]": 4}""", "Torqe [Nm]: there is no column 'Torqe [Nm]'. Did you mean 'Torque'?")]
    [InlineData("""{"Torque": 1, "Torque [Nm]": 1}""", "Torque [Nm]: column 'Torque' comes twice; expected each column once.")]
    [InlineData("""{"Speed": 1, "Speed": 1}""", "a name comes twice in the row; expected each name once.")]
    [InlineData("""{"machine": "M1"}""", "the row has none of the model's inputs; expected at least one of them. There is: Type, Torque [Nm], Speed, coolant.")]
    [InlineData("{}", "the row has none of the model's inputs; expected at least one of them. There is: Type, Torque [Nm], Speed, coolant.")]
    public void A_bad_value_is_named_with_the_way_out(string row, string sentence)
    {
        var (table, problems, good) = Read($"[{row}]");
        Assert.Equal(sentence, Assert.Single(problems).Problem.ToString());
        Assert.Equal((0, 0), (table.RowCount, good.Length));
    }

    [Fact]
    public void Good_rows_are_kept_and_know_where_they_stood()
    {
        var (table, problems, good) = Read("""[{"Speed": 1}, {"Speed": "x", "Torque": "y", "Type": "H"}, {"Torque": 3}, {"Sped": 1}, {"Speed": 5}]""");
        Assert.Equal([0, 2, 4], good);
        Assert.Equal([1, 1, 3], problems.Select(p => p.Row));
        Assert.Equal([1, double.NaN, 5], ((NumberColumn)table["Speed"]).Values);
        Assert.Equal([double.NaN, 3, double.NaN], ((NumberColumn)table["Torque"]).Values);
        Assert.All(((TextColumn)table["Type"]).Values, Assert.Null);
    }

    [Fact]
    public void Rows_built_in_code_are_read_like_rows_from_text()
    {
        var (table, problems, _) = RowReader.Read([new JsonObject { ["Torque"] = 42, ["Speed"] = 1.5f, ["Type"] = "M", ["coolant"] = false }], Milling);
        Assert.Empty(problems);
        Assert.Equal([42], ((NumberColumn)table["Torque"]).Values);
        Assert.Equal([1.5], ((NumberColumn)table["Speed"]).Values);
    }

    static (Table Table, IReadOnlyList<Protocols.Rows.RowProblem> Problems, int[] GoodRows) Read(string json) =>
        RowReader.Read([.. JsonNode.Parse(json)!.AsArray().Select(r => r!.AsObject())], Milling);
}
