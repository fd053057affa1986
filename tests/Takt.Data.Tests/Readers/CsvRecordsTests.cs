using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Takt.Data.Readers;

namespace Takt.Data.Tests.Readers;

public class CsvRecordsTests
{
    sealed record Golden(string Delimiter, string Text, string[][] Records);

    [Fact]
    public void Cells_are_those_that_Python_finds()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Readers", "Golden", "csv-cells.json");
        var cases = JsonSerializer.Deserialize<Golden[]>(File.ReadAllText(path), JsonSerializerOptions.Web)!;
        Assert.True(cases.Length > 300);
        Assert.All(cases, golden => Assert.Equal(golden.Records, Records(golden.Text, golden.Delimiter[0])));
    }

    [Theory]
    [InlineData("a b c\n", new[] { "a", "b", "c" })]
    [InlineData("  a   b c  \n", new[] { "a", "b", "c" })]
    [InlineData("a \"b c\" d", new[] { "a", "b c", "d" })]
    public void Runs_of_spaces_part_cells(string text, string[] cells) => Assert.Equal(cells, Assert.Single(Records(text, ' ')));

    [Theory]
    [InlineData(" a , b\t,c \n", new[] { "a", "b", "c" })]
    [InlineData("a, \" b \" ,c\n", new[] { "a", " b ", "c" })]
    public void Spaces_around_unquoted_cells_and_quotes_do_not_belong_to_the_value(string text, string[] cells) =>
        Assert.Equal(cells, Assert.Single(Records(text, ',')));

    [Fact]
    public void Blank_lines_are_no_records_but_count_as_lines()
    {
        var csv = new CsvRecords(new TextBuffer("\n\r\n a\n\n\"x\ny\"\nb"u8.ToArray()), ',');
        var lines = new List<long>();
        while (csv.Read()) lines.Add(csv.Line);
        Assert.Equal([3, 5, 7], lines);
    }

    [Theory]
    [InlineData("a\n\"b\nc,d\ne", nameof(QuoteFault.Unclosed))]
    [InlineData("a\n\"b\"x\nc,d\ne", nameof(QuoteFault.TextAfter))]
    [InlineData("a\n\"b\" \"x\"\nc,d\ne", nameof(QuoteFault.TextAfter))]
    public void A_faulty_quote_costs_its_line_only(string text, string fault)
    {
        var csv = new CsvRecords(new TextBuffer(Encoding.UTF8.GetBytes(text)), ',');
        Assert.True(csv.Read());
        Assert.True(csv.Read());
        Assert.Equal((fault, 2L, 0), (csv.Fault.ToString(), csv.Line, csv.Count));
        Assert.True(csv.Read());
        Assert.Equal((QuoteFault.None, 3L, 2), (csv.Fault, csv.Line, csv.Count));
        Assert.True(csv.Read());
        Assert.False(csv.Read());
    }

    [Fact]
    public void Marks_found_in_vectors_are_those_found_byte_by_byte() =>
        Prop.ForAll(Gen.Elements((byte)'a', (byte)',', (byte)'"', (byte)'\n', (byte)'\r', (byte)0xC3, (byte)0).ArrayOf().Resize(200).ToArbitrary(), bytes =>
        {
            int[] fast = new int[bytes.Length], plain = new int[bytes.Length];
            int fastCount = Marks.Find(bytes, (byte)',', 7, fast), plainCount = Marks.Scalar(bytes, (byte)',', 7, plain);
            return fastCount == plainCount && fast.SequenceEqual(plain);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Where_the_stream_is_cut_does_not_matter()
    {
        const string text = "name,note\r\nä,\"x\r\n\"\"y\"\"\"\r\n日本,\r\n🏭,\"\"\r\nlast,z";
        string[][] whole = Records(text, ',');
        for (int size = 1; size < 12; size++)
        {
            var source = TextSource.Open(new Trickle(Encoding.UTF8.GetBytes(text), size), "t", wanted: null);
            var buffer = new TextBuffer(source, limit: 1000, firstSize: 4);
            buffer.Fill();
            Assert.Equal(whole, All(new CsvRecords(buffer, ',')));
        }
    }

    static string[][] Records(string text, char delimiter) => All(new CsvRecords(new TextBuffer(Encoding.UTF8.GetBytes(text)), delimiter));

    static string[][] All(CsvRecords csv)
    {
        var records = new List<string[]>();
        while (csv.Read())
        {
            Assert.Equal(QuoteFault.None, csv.Fault);
            records.Add([.. Enumerable.Range(0, csv.Count).Select(i => Encoding.UTF8.GetString(csv[i]))]);
        }

        return [.. records];
    }
}

/// <summary>A stream that gives a few bytes at a time and cannot seek, as a network does.</summary>
sealed class Trickle(byte[] bytes, int size) : ForwardStream
{
    int _at;

    public override int Read(Span<byte> buffer)
    {
        int count = Math.Min(Math.Min(size, buffer.Length), bytes.Length - _at);
        bytes.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }
}
