using System.Text;
using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using static Takt.Data.Tests.Readers.Reading;

namespace Takt.Data.Tests.Readers;

public class InferenceTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", ',')]
    [InlineData("a;b\n1,5;2,5\n", ';')]
    [InlineData("1,5;2,5;3,0\n1,5;2,5;3,0\n", ';')]
    [InlineData("a\tb c\n1\t2 3\n", '\t')]
    [InlineData("a|b\n1|x, y\n", '|')]
    [InlineData(" 1 2.5  3 \n 4 5.5  6 \n", ' ')]
    [InlineData("time,value\n2020-01-02 13:04:05,1\n2020-01-02 13:05:05,2\n", ',')]
    [InlineData("2020-01-02 13:04:05,1\n2020-01-02 13:05:05,2\n", ',')]
    [InlineData("a\n1\n2\n", ',')]
    [InlineData("note\nhello, world\nfine\nyes, it is, really\n", ',')]
    public void The_delimiter_is_found(string text, char delimiter) => Assert.Equal(delimiter, Read(text, name: "t.txt", options: new() { OnBadRow = Protocols.Rows.OnError.Skip }).Format.Delimiter);

    [Theory]
    [InlineData("a,b\n1,2\n", true)]
    [InlineData("1,2\n3,4\n", false)]
    [InlineData("x,y\nz,w\n", true)]
    [InlineData("time,1,2\n2020-01-02,3,4\n", true)]
    [InlineData("2020-01-02,x\n2020-01-03,y\n", false)]
    [InlineData("good food,1\nbad food,0\n", false)]
    public void A_header_is_told_from_data(string text, bool header) => Assert.Equal(header, Read(text).Format.Header);

    [Fact]
    public void Names_can_be_given_or_are_numbered()
    {
        Assert.Equal(["c1", "c2"], Names(Read("1,2\n").Table));
        Assert.Equal(["time", "T"], Names(Read("1,2\n", new() { Columns = ["time", "T [K]"] }).Table));
        Assert.Equal("K", Read("1,2\n", new() { Columns = ["time", "T [K]"] }).Table["T"].Unit);
        Assert.Equal(["x", "y"], Names(Read("a,b\n1,2\n", new() { Columns = ["x", "y"], Header = true }).Table));
        Assert.Equal(["c1", "b"], Names(Read(",b\n1,2\n").Table));
    }

    [Fact]
    public void A_delimiter_at_every_line_end_is_no_column()
    {
        Assert.Equal(["a", "b"], Names(Read("a;b;\n1;2;\n3;4;\n").Table));
        Assert.Equal(["a", "b"], Names(Read("a;b\n1;2;\n3;4;\n").Table));
        Assert.Equal(2, Read("1,2,\n3,4,\n").Table.Columns.Count);
    }

    [Theory]
    [InlineData("x\n1\n2.5\n", ColumnKind.Number)]
    [InlineData("x\n0\n1\n", ColumnKind.Number)]
    [InlineData("x\ntrue\nFalse\n", ColumnKind.Boolean)]
    [InlineData("x\nyes\nno\n\"\"\n", ColumnKind.Boolean)]
    [InlineData("x\n2020-01-02\n", ColumnKind.Time)]
    [InlineData("x\n1\nb\n", ColumnKind.Text)]
    [InlineData("x\nNA\n?\n", ColumnKind.Number)]
    [InlineData("x\nNA\n5\n", ColumnKind.Number)]
    public void Kinds_follow_from_the_values(string text, ColumnKind kind) => Assert.Equal(kind, Read(text, new() { Header = true }).Table["x"].Kind);

    [Fact]
    public void Late_rows_decide_as_much_as_early_ones()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => $"{i},{(i < 4000 ? "7" : "seven")},{(i == 4999 ? "13" : "01")}/02/2018,{(i < 1000 ? "a" : "1")},{(i < 2000 ? "" : "x")}");
        var read = TableReader.Read(new Trickle(Encoding.UTF8.GetBytes("n,a,d,b,c\n" + string.Join('\n', rows)), 4096), "t.csv");
        Assert.Equal("7", read.Table.Texts("a")[0]);
        Assert.Equal(new DateTime(2018, 2, 13, 0, 0, 0, DateTimeKind.Utc), read.Table.Times("d")[4999]);
        Assert.Equal(new DateTime(2018, 2, 1, 0, 0, 0, DateTimeKind.Utc), read.Table.Times("d")[0]);
        Assert.Equal("1", read.Table.Texts("b")[4999]);
        Assert.Null(read.Table.Texts("c")[0]);
        Assert.Equal("x", read.Table.Texts("c")[4999]);
        Assert.Equal(5000, read.Table.RowCount);
    }

    [Fact]
    public void Dates_that_can_be_read_both_ways_are_read_so_that_time_goes_on()
    {
        var rising = Read("d,x\n01/02/2018,1\n01/03/2018,1\n02/01/2018,1\n");
        Assert.Equal([1, 1, 2], rising.Table.Times("d").Select(t => t!.Value.Month));
        var dayFirst = Read("d,x\n01/02/2018,1\n02/02/2018,1\n01/03/2018,1\n");
        Assert.Equal([2, 2, 3], dayFirst.Table.Times("d").Select(t => t!.Value.Month));
    }

    [Fact]
    public void Decimal_commas_are_read_where_the_comma_parts_no_cells()
    {
        Assert.Equal([1.5, 2, double.NaN], Read("x;y\n1,5;a\n2;b\n;c\n").Table.Numbers("x"));
        Assert.Equal(ColumnKind.Text, Read("x,y\n\"1,5\",a\n\"2,5\",b\n").Table["x"].Kind);
    }

    [Fact]
    public void Kinds_that_are_given_go_before_the_values()
    {
        var kinds = new Dictionary<string, ColumnKind> { ["code"] = ColumnKind.Text, ["T"] = ColumnKind.Number };
        var table = Read("code,T [K]\n007,1\n010,2\n", new() { Kinds = kinds }).Table;
        Assert.Equal("007 010", string.Join(' ', table.Texts("code")));
        Assert.Contains("'warm'; expected a number", Refused("code,T [K]\n7,warm\n8,cold\n", new() { Kinds = kinds }).Message);
    }

    [Fact]
    public void A_missing_word_that_looks_like_a_number_can_be_agreed_on() =>
        Assert.Equal([1, double.NaN], Read("x,y\n1,a\n-999,b\n", new() { Missing = ["-999"] }).Table.Numbers("x"));

    [Theory]
    [InlineData("Torque [Nm]", "Torque", "Nm")]
    [InlineData("Torque (Nm)", "Torque", "Nm")]
    [InlineData("CO2(tCO2)", "CO2", "tCO2")]
    [InlineData("Flow (m3/h)", "Flow", "m3/h")]
    [InlineData("Speed [1/min]", "Speed", "1/min")]
    [InlineData("a (m/s^2)", "a", "m/s^2")]
    [InlineData("T (°C)", "T", "°C")]
    [InlineData("Rate (old)", "Rate (old)", null)]
    [InlineData("Lagging_Current_Reactive.Power_kVarh", "Lagging_Current_Reactive.Power_kVarh", null)]
    [InlineData("Volume Flow RateRMS", "Volume Flow RateRMS", null)]
    [InlineData("[x]", "[x]", null)]
    [InlineData("x []", "x", null)]
    public void Units_are_taken_off_headers(string header, string name, string? unit) => Assert.Equal(new ColumnName(name, unit), ColumnName.Parse(header));

    [Fact]
    public void Columns_that_differ_in_their_unit_alone_keep_it_in_the_name() =>
        Assert.Equal(["T [K]", "T [C]", "p"], Names(Read("T [K],T [C],p [bar]\n1,2,3\n").Table));

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", false)]
    public void Encodings_are_known_by_their_mark_or_their_zeros(string name, bool mark)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes("Größe [mm],Name\r\n1.5,日本 and a long Latin text\r\n")];
        var read = Read(bytes);
        Assert.Equal("日本 and a long Latin text", read.Table.Texts("Name")[0]);
        Assert.Equal(("mm", name), (read.Table["Größe"].Unit, read.Format.Encoding));
    }

    [Theory]
    [InlineData("windows-1252", "Größe €")]
    [InlineData("gb18030", "扭矩")]
    [InlineData("shift_jis", "トルク")]
    public void Old_code_pages_are_read_when_named(string encoding, string word) =>
        Assert.Equal(word, Read(EncodingName.Find(encoding).GetBytes($"a,b\n1,{word}\n"), new() { Encoding = EncodingName.Find(encoding) }).Table.Texts("b")[0]);

    [Fact]
    public void An_encoding_that_is_not_known_suggests_the_nearest() =>
        Assert.Contains("Did you mean 'utf-8'?", Assert.Throws<Protocols.Problems.InputException>(() => EncodingName.Find("utf_8x")).Message);

    [Fact]
    public void A_file_read_for_a_model_has_the_kinds_and_units_of_the_model()
    {
        var schema = new Schema([new("code", ColumnKind.Text, ColumnRole.Feature), new("Torque", ColumnKind.Number, ColumnRole.Feature, "Nm"), new("ok", ColumnKind.Boolean, ColumnRole.Target)]);
        var table = Read("Torque,code,ok,else\n1,7,1,x\n2,,0,y\n", new() { Schema = schema }).Table;
        Assert.Equal((ColumnKind.Text, ColumnKind.Boolean), (table["code"].Kind, table["ok"].Kind));
        Assert.Equal([1, 0], table.Numbers("ok"));
        Assert.Equal(ColumnKind.Text, Read("Torque,code\n1,\n", new() { Schema = schema }).Table["code"].Kind);
        Assert.Equal(["code", "Torque", "ok"], Names(Read("7,1.5,yes\n8,2.5,no\n", new() { Schema = schema }).Table));
        Assert.Equal(["code", "Torque"], Names(Read("7,1.5\n8,2.5\n", new() { Schema = schema }).Table));
        Assert.Equal("t.csv: 'Torque' comes in kNm; expected Nm. Convert it to Nm.", Refused("Torque [kNm],code\n1,a\n", new() { Schema = schema }).Message);
        Assert.Contains("'x'; expected a number", Refused("Torque [Nm],code\nx,a\n", new() { Schema = schema }).Message);
    }

    [Fact]
    public void JSON_lines_are_read_by_name()
    {
        var read = Read("""
            {"t": "2020-01-02T00:00:00Z", "Torque [Nm]": 42.5, "ok": true, "note": "a \"b\"\n\u00e4"}
            {"ok": false, "t": "2020-01-02T00:01:00Z", "Torque [Nm]": "43", "late": 1}

            {"t": null, "Torque [Nm]": null}
            """, name: "t.jsonl");
        var table = read.Table;
        Assert.Equal(["t", "Torque", "ok", "note", "late"], Names(table));
        Assert.Equal([42.5, 43, double.NaN], table.Numbers("Torque"));
        Assert.Equal(ColumnKind.Boolean, table["ok"].Kind);
        Assert.Equal("a \"b\"\nä", table.Texts("note")[0]);
        Assert.Equal([double.NaN, 1, double.NaN], table.Numbers("late"));
        Assert.Equal(FileLayout.JsonLines, read.Format.Layout);
    }

    [Fact]
    public void Bad_JSON_lines_are_reported_one_by_one()
    {
        var problems = Refused("""
            {"a": 1}
            [1, 2]
            {"a": {"b": 1}}
            {"a": 1, "a": 2}
            {"a": 1
            {"a": 1} x
            """, name: "t.ndjson").Problems;
        Assert.Equal(
            ["t.ndjson line 2", "t.ndjson line 3", "t.ndjson line 4", "t.ndjson line 5", "t.ndjson line 6", "t.ndjson"],
            problems.Select(p => p.Where));
    }

    [Fact]
    public void Progress_ends_at_one()
    {
        var seen = new Collected();
        TableReader.Read(new MemoryStream(Encoding.UTF8.GetBytes("a\n" + string.Concat(Enumerable.Repeat("1\n", 500_000)))), "t.csv", progress: seen);
        Assert.Equal(1, seen.Values[^1]);
        Assert.Equal(seen.Values.Order(), seen.Values);
        Assert.True(seen.Values.Count > 3);
    }

    [Fact]
    public void The_hash_is_that_of_the_bytes_on_disk() =>
        Assert.Equal("309b0e45a73d3fc5325e2b6ed0a01ef8b9cde6b05a5633c1f893f970d52bfddc", Read("a\n1\n").Sha256);

    static string[] Names(Table table) => [.. table.Columns.Select(c => c.Name)];

    sealed class Collected : IProgress<double>
    {
        public List<double> Values { get; } = [];
        public void Report(double value) => Values.Add(value);
    }
}
