using Takt.Web.Formatting;

namespace Takt.Monitoring.Tests.Web;

public class FiguresTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0 %")]
    [InlineData(0.001, "< 1 %")]
    [InlineData(0.424, "42 %")]
    [InlineData(0.999, "> 99 %")]
    [InlineData(1.0, "100 %")]
    public void A_probability_is_never_rounded_to_certainty(double? share, string text) => Assert.Equal(text, Figures.Percent(share));

    [Theory]
    [InlineData(1234.6, 3, "1,235")]
    [InlineData(0.01234, 3, "0.0123")]
    [InlineData(-2.5, 2, "−2.5")]
    [InlineData(0.0, 3, "0")]
    [InlineData(1e-9, 3, "1.00E−009")]
    [InlineData(double.NaN, 3, "–")]
    public void Numbers_have_the_digits_they_are_worth(double value, int digits, string text) => Assert.Equal(text, Figures.Significant(value, digits));

    [Theory, InlineData(61.0, "61"), InlineData(3.79, "3.79"), InlineData(100.0, "100"), InlineData(-20.0, "−20")]
    public void Zeros_that_say_nothing_are_left_out(double value, string text) => Assert.Equal(text, Figures.Short(value));

    [Theory, InlineData(0.731, "+73"), InlineData(-0.078, "−7.8"), InlineData(0.0, "0")]
    public void Effects_are_percentage_points_with_a_sign(double effect, string text) => Assert.Equal(text, Figures.Points(effect));

    [Theory, InlineData(512, "512 B"), InlineData(48_213, "47.1 kB"), InlineData(5_000_000, "4.77 MB")]
    public void Sizes_have_a_unit(long bytes, string text) => Assert.Equal(text, Figures.Bytes(bytes));
}
