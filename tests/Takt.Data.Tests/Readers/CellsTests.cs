using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Takt.Data.Readers;

namespace Takt.Data.Tests.Readers;

public class CellsTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", -0.0)]
    [InlineData("+7", 7)]
    [InlineData("42.8", 42.8)]
    [InlineData("42,8", 42.8)]
    [InlineData("-.5", -.5)]
    [InlineData("5.", 5)]
    [InlineData("1e3", 1000)]
    [InlineData("1.5E-7", 1.5e-7)]
    [InlineData("0.1", 0.1)]
    [InlineData("123456789012345678901234567890", 1.2345678901234568e29)]
    [InlineData("0.000000000000000000000000000000000001", 1e-36)]
    [InlineData("9007199254740993", 9007199254740992)]
    [InlineData("2.2250738585072011e-308", 2.2250738585072011e-308)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("Infinity", double.PositiveInfinity)]
    public void Numbers_are_read(string text, double value)
    {
        Assert.NotEqual(CellForms.Text, NumberCell.Parse(Encoding.UTF8.GetBytes(text), out double read));
        Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1.2.3")]
    [InlineData("1,234.5")]
    [InlineData("1.234,5")]
    [InlineData("12a")]
    [InlineData("0x1F")]
    [InlineData("1 000")]
    [InlineData("--1")]
    [InlineData("e5")]
    [InlineData("info")]
    public void What_is_no_number_is_not_read_as_one(string text) => Assert.Equal(CellForms.Text, NumberCell.Parse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Every_number_reads_back_to_the_same_bits() =>
        Prop.ForAll<double>(value => double.IsNaN(value) || Same(value, value.ToString("R", CultureInfo.InvariantCulture))).QuickCheckThrowOnFailure();

    [Fact]
    public void Decimals_read_as_the_runtime_reads_them() =>
        Prop.ForAll<long, int>((digits, scale) =>
        {
            string text = FormattableString.Invariant($"{digits}e{scale % 330}");
            return Same(double.Parse(text, CultureInfo.InvariantCulture), text);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2020-01-02", nameof(CellForms.YearFirst), "2020-01-02T00:00:00")]
    [InlineData("2020-01-02 13:04:05", nameof(CellForms.YearFirst), "2020-01-02T13:04:05")]
    [InlineData("2020-01-02T13:04:05Z", nameof(CellForms.YearFirst), "2020-01-02T13:04:05")]
    [InlineData("2020-01-02T13:04:05.123456+02:00", nameof(CellForms.YearFirst), "2020-01-02T11:04:05.123456")]
    [InlineData("2020-01-02 13:04:05,5", nameof(CellForms.YearFirst), "2020-01-02T13:04:05.5")]
    [InlineData("2020/1/2 1:04", nameof(CellForms.YearFirst), "2020-01-02T01:04:00")]
    [InlineData("20200102T130405", nameof(CellForms.YearFirst), "2020-01-02T13:04:05")]
    [InlineData("2020-01-02T24:00", nameof(CellForms.YearFirst), "2020-01-03T00:00:00")]
    [InlineData("2020-01-02 00:30 +0100", nameof(CellForms.YearFirst), "2020-01-01T23:30:00")]
    [InlineData("02.01.2020 13:04", nameof(CellForms.DayFirst), "2020-01-02T13:04:00")]
    [InlineData("2.1.20", nameof(CellForms.DayFirst), "2020-01-02T00:00:00")]
    [InlineData("13/02/2018 00:15", nameof(CellForms.DayFirst), "2018-02-13T00:15:00")]
    [InlineData("01/02/2018 00:15", "DayFirst, MonthFirst", "2018-02-01T00:15:00")]
    [InlineData("17-Mar-2019 11:59:59 PM", nameof(CellForms.DayFirst), "2019-03-17T23:59:59")]
    [InlineData("17-Mar-2019 12:01 AM", nameof(CellForms.DayFirst), "2019-03-17T00:01:00")]
    [InlineData("31/12/99", nameof(CellForms.DayFirst), "1999-12-31T00:00:00")]
    public void Times_are_read(string text, string forms, string expected)
    {
        Assert.Equal(forms, TimeCell.Parse(Encoding.UTF8.GetBytes(text), out long ticks, out _).ToString());
        Assert.Equal(DateTime.Parse(expected, CultureInfo.InvariantCulture), new DateTime(ticks));
    }

    [Fact]
    public void A_month_first_date_is_read_month_first()
    {
        Assert.Equal(CellForms.MonthFirst, TimeCell.Parse("2/13/2018 1:05 pm"u8, out _, out long ticks));
        Assert.Equal(new DateTime(2018, 2, 13, 13, 5, 0), new DateTime(ticks));
    }

    [Theory]
    [InlineData("2020-02-30")]
    [InlineData("2020-13-01")]
    [InlineData("2020-01-02 25:00")]
    [InlineData("2020-01-02 13:60")]
    [InlineData("2020-01-02 13:04:05 PM")]
    [InlineData("2020-01-02x")]
    [InlineData("13:04:05")]
    [InlineData("1.2.3.4")]
    [InlineData("10.0.0")]
    [InlineData("12-34-5678")]
    [InlineData("2020-1")]
    public void What_is_no_time_is_not_read_as_one(string text) => Assert.Equal(CellForms.Text, TimeCell.Parse(Encoding.UTF8.GetBytes(text), out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("na")]
    [InlineData("N/A")]
    [InlineData("nan")]
    [InlineData("NULL")]
    [InlineData("?")]
    [InlineData("-")]
    public void Missing_words_are_known_in_any_case(string text) => Assert.True(new MissingCell(new ReadOptions().Missing).Is(Encoding.UTF8.GetBytes(text)));

    static bool Same(double value, string text)
    {
        NumberCell.Parse(Encoding.UTF8.GetBytes(text), out double read);
        return BitConverter.DoubleToInt64Bits(read) == BitConverter.DoubleToInt64Bits(value);
    }
}
