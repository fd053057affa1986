using System.Text;
using Takt.Data.Readers;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Readers;

/// <summary>Short ways to read text in tests.</summary>
static class Reading
{
    public static ReadResult Read(string text, ReadOptions? options = null, string name = "t.csv") => Read(Encoding.UTF8.GetBytes(text), options, name);

    public static ReadResult Read(byte[] bytes, ReadOptions? options = null, string name = "t.csv") => TableReader.Read(new MemoryStream(bytes), name, options);

    public static InputException Refused(string text, ReadOptions? options = null, string name = "t.csv") =>
        Assert.Throws<InputException>(() => Read(text, options, name));

    public static double[] Numbers(this Table table, string column) => Assert.IsType<NumberColumn>(table[column]).Values;

    public static string?[] Texts(this Table table, string column) => Assert.IsType<TextColumn>(table[column]).Values;

    public static DateTime?[] Times(this Table table, string column) => Assert.IsType<TimeColumn>(table[column]).Values;
}
