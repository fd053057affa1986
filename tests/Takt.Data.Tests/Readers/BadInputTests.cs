using System.IO.Compression;
using System.Text;
using Takt.Data.Readers;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using static Takt.Data.Tests.Readers.Reading;

namespace Takt.Data.Tests.Readers;

public class BadInputTests
{
    [Fact]
    public void Every_bad_row_is_reported_with_line_column_found_and_expected()
    {
        string text = Table(200, row => row switch { 50 => "50,1", 100 => "x,1,2", 150 => "150,\"a\"b,2", 180 => "180,inf,1", _ => $"{row},1.5,2" });
        var problems = Refused(text).Problems;
        Assert.Equal(
            [
                "t.csv line 51: 2 cells; expected 3, as in the header.",
                "t.csv line 101 column 1 'n': 'x'; expected a number.",
                "t.csv line 151 column 2: more text after a closing quote; expected a delimiter or the line's end; a quote inside quotes is doubled.",
                "t.csv line 181 column 2 'a': 'inf'; expected a finite number, or an empty cell.",
            ],
            problems.Take(4).Select(p => p.ToString()));
        Assert.Contains("4 of 200 rows are bad", problems[4].Found);
        Assert.Equal(5, problems.Count);
    }

    [Fact]
    public void Skip_keeps_the_good_rows_and_reports_the_others()
    {
        string text = Table(200, row => row switch { 50 => "50,1", 100 => "x,1,2", _ => $"{row},1.5,2" });
        var read = Read(text, new() { OnBadRow = OnError.Skip });
        Assert.Equal(Enumerable.Range(1, 200).Where(r => r is not (50 or 100)).Select(r => (double)r), read.Table.Numbers("n"));
        Assert.Equal((2, 2L), (read.BadRows.Count, read.BadRowCount));
    }

    [Fact]
    public void Beyond_the_limit_bad_rows_are_counted()
    {
        var read = Read(Table(1000, row => row % 4 == 0 ? "1" : "1,2,3"), new() { OnBadRow = OnError.Skip, MaxReports = 10 });
        Assert.Equal((250L, 11), (read.BadRowCount, read.BadRows.Count));
        Assert.Equal("and 240 more bad rows", read.BadRows[^1].Found);
    }

    [Fact]
    public void A_row_with_two_bad_values_counts_once()
    {
        var read = Read(Table(300, row => row == 7 ? "x,y,1" : "1,2,3"), new() { OnBadRow = OnError.Skip });
        Assert.Equal((1L, 2, 299), (read.BadRowCount, read.BadRows.Count, read.Table.RowCount));
    }

    [Fact]
    public void An_unclosed_quote_is_reported_where_it_opens_and_the_rest_is_read()
    {
        var read = Read("a,b\n1,x\n2,\"y\n3,z\n4,w\n", new() { OnBadRow = OnError.Skip });
        Assert.Equal([1, 3, 4], read.Table.Numbers("a"));
        Assert.Equal("t.csv line 3 column 2: a quote opens and never closes; expected a closing quote; a quote inside quotes is doubled.", Assert.Single(read.BadRows).ToString());
    }

    [Fact]
    public void A_missing_file_suggests_the_one_that_was_meant()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        File.WriteAllText(Path.Combine(folder, "press.csv"), "a\n1\n");
        var problem = Assert.Single(Assert.Throws<InputException>(() => TableReader.Read(Path.Combine(folder, "pres.csv"))).Problems);
        Assert.StartsWith("there is no file", problem.Found);
        Assert.Equal("Did you mean 'press.csv'?", problem.WayOut);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => TableReader.Read(folder)).Message);
        Assert.Contains("there is no file", Assert.Throws<InputException>(() => TableReader.Read(Path.Combine(folder, "no", "x.csv"))).Message);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("\uFEFF", "nothing but blank lines")]
    [InlineData("\n\r\n  \n", "nothing but blank lines")]
    [InlineData("a,b\n", "there is a header but no row")]
    [InlineData("a,b,a\n1,2,3\n", "'a' is the name of columns 1, 3")]
    [InlineData("PK\u0003\u0004...", "Excel workbook (.xlsx)")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("a,b\n1,\0\n", "binary")]
    public void What_is_no_table_is_refused_with_a_sentence(string text, string sentence) => Assert.Contains(sentence, Refused(text).Message);

    [Fact]
    public void A_given_delimiter_that_splits_nothing_is_answered_with_the_right_one()
    {
        var refused = Refused("a;b;c\n1;2;3\n", new() { Delimiter = ',' });
        Assert.Equal("t.csv: the delimiter ',' splits no line, but ';' splits each into 3 cells; expected a delimiter that parts the cells. Give ';' as the delimiter, or none to have it found.", refused.Message);
    }

    [Fact]
    public void A_byte_that_is_not_UTF8_is_named_with_line_offset_and_way_out()
    {
        byte[] bytes = Encoding.Latin1.GetBytes("a,b\n1,x\n2,Müller\n");
        var problem = Assert.Single(Assert.Throws<InputException>(() => Read(bytes)).Problems);
        Assert.Equal(("byte 0xFC is not UTF-8", "t.csv line 3 (byte 11)"), (problem.Found, problem.Where));
        Assert.Contains("--encoding latin1 this byte reads 'ü'", problem.WayOut);
        Assert.Equal("Müller", Read(bytes, new() { Encoding = Encoding.Latin1 }).Table.Texts("b")[1]);
    }

    [Fact]
    public void A_wrong_byte_far_in_is_named_too()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Table(50_000, row => $"{row},ä,ö")), 0xFF, (byte)'\n'];
        var problem = Assert.Single(Assert.Throws<InputException>(() => Read(bytes)).Problems);
        Assert.Equal($"t.csv line 50002 (byte {bytes.Length - 2})", problem.Where);
    }

    [Fact]
    public void A_line_without_end_fails_fast_in_bounded_memory()
    {
        var endless = new Endless();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var refused = Assert.Throws<InputException>(() => TableReader.Read(endless, "endless.csv"));
        Assert.Contains("endless.csv line 1: the line is longer than 1048576 bytes", refused.Message);
        Assert.InRange(endless.Given, 1 << 20, 8 << 20);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 << 20);
        Assert.Contains("longer than", Assert.Throws<InputException>(() => TableReader.Read(new Endless(), "endless.jsonl")).Message);
        Assert.Contains("longer than", Assert.Throws<InputException>(() => TableReader.Read(new Endless("a,b\n1,2\n"), "endless.csv")).Message);
    }

    [Fact]
    public void A_quote_that_swallows_lines_up_to_the_limit_costs_its_line_only()
    {
        string text = "a,b\n1,\"x\n" + string.Concat(Enumerable.Range(2, 1000).Select(i => $"{i},y\n"));
        var read = Read(text, new() { OnBadRow = OnError.Skip, MaxLineLength = 1000 });
        Assert.Equal(1000, read.Table.RowCount);
        Assert.Contains("never closes", Assert.Single(read.BadRows).Found);
    }

    [Fact]
    public void A_line_longer_than_allowed_ends_the_reading_after_the_bad_rows_before_it()
    {
        var refused = Refused("a,b\n1\n" + new string('7', 1001) + ",1\n", new() { MaxLineLength = 1000 });
        Assert.Equal(["t.csv line 2: 1 cell; expected 2, as in the header.", "t.csv line 3: the line is longer than 1000 bytes; expected lines that end. Check that this is a table with line ends."],
            refused.Problems.Select(p => p.ToString()));
        Assert.Contains("line 2: the line is longer", Refused("{\"a\":1}\n{\"a\":\"" + new string('7', 1001) + "\"}\n", new() { MaxLineLength = 1000 }, "t.jsonl").Message);
        Assert.Equal(1, Read("a,b\n" + new string('7', 300) + ",1\n", new() { MaxLineLength = 303 }).Table.RowCount);
    }

    [Fact]
    public void A_header_wider_than_the_window_is_seen_whole()
    {
        string header = string.Join(',', Enumerable.Range(0, 9000).Select(i => $"a rather long column name {i}")), row = string.Join(',', Enumerable.Range(0, 9000));
        Assert.True(header.Length > 1 << 17);
        var table = Read($"{header}\n{row}\n{row}\n").Table;
        Assert.Equal((9000, 2), (table.Columns.Count, table.RowCount));
        Assert.Equal(8999, table.Numbers("a rather long column name 8999")[1]);
    }

    [Fact]
    public void Broken_UTF16_says_so() =>
        Assert.Contains("the file is not utf-16", Assert.Throws<InputException>(() => Read([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n1,"), 0x00, 0xD8, 0x41, 0x00, 0x0A, 0x00])).Message);

    [Fact]
    public void JSON_in_one_list_is_told_from_JSON_lines() => Assert.Contains("jq -c '.[]'", Refused("[{\"a\": 1}]", name: "t.json").Message);

    [Fact]
    public void Limits_on_rows_columns_and_cells_are_kept()
    {
        string text = Table(100, _ => "1,2,3");
        Assert.Contains("more than 99 rows", Refused(text, new() { MaxRows = 99 }).Message);
        Assert.Contains("more than 2 columns", Refused(text, new() { MaxColumns = 2 }).Message);
        Assert.Contains("more than 299 cells", Refused(text, new() { MaxCells = 299 }).Message);
        Assert.Equal(100, Read(text, new() { MaxRows = 100, MaxColumns = 3, MaxCells = 300 }).Table.RowCount);
    }

    [Fact]
    public void A_gzip_file_that_was_cut_short_says_so()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(Table(10_000, row => $"{row},{row * 17},x")));
        byte[] whole = packed.ToArray();
        Assert.Equal(10_000, Read(whole, name: "t.csv.gz").Table.RowCount);
        Assert.Contains("gzip", Assert.Throws<InputException>(() => Read(whole[..(whole.Length / 2)], name: "t.csv.gz")).Message);
    }

    [Fact]
    public void A_kind_for_a_column_that_is_not_there_suggests_the_one_meant() =>
        Assert.Contains("Did you mean 'Torque'?", Refused("Torque [Nm],b\n1,2\n", new() { Kinds = new Dictionary<string, ColumnKind> { ["Torqe"] = ColumnKind.Text } }).Message);

    [Fact]
    public void As_many_names_as_columns_must_be_given() => Assert.Contains("2 column names are given and the file has 3 columns", Refused("1,2,3\n", new() { Columns = ["a", "b"] }).Message);

    [Fact]
    public void A_stop_is_heard() => Assert.Throws<OperationCanceledException>(() =>
        TableReader.Read(new MemoryStream("a\n1\n"u8.ToArray()), "t.csv", stop: new CancellationToken(canceled: true)));

    static string Table(int rows, Func<int, string> row) => "n,a,b\n" + string.Concat(Enumerable.Range(1, rows).Select(r => row(r) + "\n"));

    sealed class Endless(string start = "") : ForwardStream
    {
        readonly byte[] _start = Encoding.UTF8.GetBytes(start);

        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'7');
            for (int i = 0; i < buffer.Length && Given + i < _start.Length; i++) buffer[i] = _start[Given + i];
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
