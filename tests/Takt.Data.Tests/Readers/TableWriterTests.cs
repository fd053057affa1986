using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Takt.Data.Readers;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Readers;

public class TableWriterTests
{
    [Fact]
    public void What_is_written_as_CSV_reads_back_the_same() =>
        Prop.ForAll(Tables, table => Same(table, Written((t, s) => TableWriter.WriteCsv(t, s), table, "t.csv"))).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_with_tabs_reads_back_the_same() =>
        Prop.ForAll(Tables, table => Same(table, Written((t, s) => TableWriter.WriteCsv(t, s, '\t'), table, "t.tsv"))).QuickCheckThrowOnFailure();

    [Fact]
    public void What_is_written_as_JSON_lines_reads_back_the_same() =>
        Prop.ForAll(Tables, table => Same(table, Written(TableWriter.WriteJsonLines, table, "t.jsonl"))).QuickCheckThrowOnFailure();

    [Fact]
    public void Headers_carry_units_and_quotes_stand_only_where_needed()
    {
        var table = new Table(
        [
            new NumberColumn("Torque", [1.5, double.NaN], "Nm"),
            new TextColumn("note", ["a,b", " \"x\" "]),
            new TimeColumn("t", [new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc), null]),
            new NumberColumn("ok", [1, 0], isBoolean: true),
        ]);
        var csv = new MemoryStream();
        TableWriter.WriteCsv(table, csv);
        Assert.Equal("Torque [Nm],note,t,ok\n1.5,\"a,b\",2020-01-02T03:04:05Z,true\n,\" \"\"x\"\" \",,false\n", Encoding.UTF8.GetString(csv.ToArray()));
        var json = new MemoryStream();
        TableWriter.WriteJsonLines(table, json);
        Assert.StartsWith("{\"Torque [Nm]\":1.5,\"note\":\"a,b\",\"t\":\"2020-01-02T03:04:05Z\",\"ok\":true}\n{\"Torque [Nm]\":null", Encoding.UTF8.GetString(json.ToArray()));
    }

    [Theory]
    [InlineData("t.csv")]
    [InlineData("t.tsv.gz")]
    [InlineData("t.ndjson.gz")]
    public void A_file_is_written_in_one_step(string file)
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, file);
        File.WriteAllText(path, "old");
        TableWriter.Write(new Table([new NumberColumn("x", [1, 2])]), path);
        Assert.Equal([1, 2], TableReader.Read(path).Table.Numbers("x"));
        Assert.Equal(path, Assert.Single(Directory.GetFiles(folder)));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_extension_that_says_nothing_is_refused() =>
        Assert.Contains("expected .csv", Assert.Throws<InputException>(() => TableWriter.Write(new Table([]), "t.xlsx")).Message);

    static Arbitrary<Table> Tables
    {
        get
        {
            var number = Gen.Frequency((1, Gen.Constant(double.NaN)), (4, ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite)), (2, ArbMap.Default.GeneratorFor<short>().Select(i => (double)i)));
            var text = Gen.Elements("a", "Ä", "日本", "🏭", ",", "\"", "\n", "\r\n", "\t", ";", " ", "1", "x").NonEmptyListOf().Select(p => "t" + string.Concat(p) + "t");
            var texts = Gen.Frequency((1, Gen.Constant((string?)null)), (4, text.Select(t => (string?)t)));
            var time = Gen.Frequency((1, Gen.Constant((DateTime?)null)),
                (4, Gen.Choose(0, int.MaxValue).Select(s => (DateTime?)new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddTicks(s * 10_001L))));
            var truth = Gen.Elements(0, 1, double.NaN);
            return (from rows in Gen.Choose(1, 12)
                    from a in number.ArrayOf(rows)
                    from b in texts.ArrayOf(rows)
                    from c in time.ArrayOf(rows)
                    from d in truth.ArrayOf(rows)
                    from which in Gen.Choose(1, 15)
                    select new Table([.. new Column[]
                    {
                        new NumberColumn("speed, \"max\"", a, "1/min"), new TextColumn("note\nlong", b), new TimeColumn("time", c), new NumberColumn("ok", d, isBoolean: true),
                    }.Where((_, i) => (which & (1 << i)) != 0)])).ToArbitrary();
        }
    }

    static Table Written(Action<Table, Stream> write, Table table, string name)
    {
        var stream = new MemoryStream();
        write(table, stream);
        stream.Position = 0;
        return TableReader.Read(stream, name, new() { Header = true, Kinds = table.Columns.ToDictionary(c => c.Name, c => c.Kind) }).Table;
    }

    static bool Same(Table wanted, Table read) =>
        wanted.RowCount == read.RowCount &&
        wanted.Columns.Zip(read.Columns).All(p => p.First.Name == p.Second.Name && p.First.Unit == p.Second.Unit && p.First.Kind == p.Second.Kind &&
            Enumerable.Range(0, wanted.RowCount).All(row => p.First.TextAt(row) == p.Second.TextAt(row)));
}
