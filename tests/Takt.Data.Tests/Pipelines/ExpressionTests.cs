using Takt.Data.Pipelines.Expressions;
using Takt.Protocols.Problems;

namespace Takt.Data.Tests.Pipelines;

public class ExpressionTests
{
    [Theory]
    [InlineData("1 + 2 * 3", 7)]
    [InlineData("(1 + 2) * 3", 9)]
    [InlineData("10 - 3 - 2", 5)]
    [InlineData("16 / 4 / 2", 2)]
    [InlineData("2 ^ 3 ^ 2", 512)]
    [InlineData("-3 ^ 2", -9)]
    [InlineData("2 ^ -1", 0.5)]
    [InlineData("- -4", 4)]
    [InlineData("1.5e-3 * 1e3", 1.5)]
    [InlineData("1e3-1", 999)]
    [InlineData("min(3, 1, 2) + max(1, 2)", 3)]
    [InlineData("abs(-2) + sqrt(9) + exp(0) + log(1) + sin(0) + cos(0) + floor(1.9)", 8)]
    [InlineData("log10(1000)", 3)]
    [InlineData("cos(pi)", -1)]
    [InlineData("a_1 * [b c]", 6)]
    public void It_computes_as_on_paper(string text, double expected)
    {
        var expression = Expression.Parse(text);
        double[][] inputs = [.. expression.Columns.Select(c => new[] { c == "a_1" ? 2.0 : 3.0 })];
        Assert.Equal(expected, expression.At(inputs, 0), 1e-12);
    }

    [Theory]
    [InlineData("Torque * ", "'Torque * ', the end at position 10; expected a number, a column, a function or '('.")]
    [InlineData("Rotational speed", "'Rotational speed', 's' at position 12; expected an operator or the end. A column name of several words stands in brackets: [Rotational speed].")]
    [InlineData("2 * (1 + x", "'2 * (1 + x', the end at position 11; expected ')'.")]
    [InlineData("sqr(x)", "'sqr(x)', unknown function 'sqr' at position 1; expected a known function. Did you mean 'sqrt'?")]
    [InlineData("1 + max(x)", "'1 + max(x)', max of 1 at position 5; expected max(a, b).")]
    [InlineData("sin(x, y)", "'sin(x, y)', sin of 2 at position 1; expected sin(a).")]
    [InlineData("3 + [Torque", "'3 + [Torque', '[' without its ']' at position 5; expected [column name].")]
    [InlineData("1.2.3", "'1.2.3', '1.2.3' at position 1; expected a number such as 2, 0.5 or 1e-3.")]
    [InlineData("x; drop", "'x; drop', ';' at position 2; expected an operator or the end.")]
    [InlineData("", "'', the end at position 1; expected a number, a column, a function or '('.")]
    public void What_cannot_be_read_is_shown_with_its_position(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => Expression.Parse(text)).Message);

    [Theory]
    [InlineData("(")]
    [InlineData("-2^")]
    [InlineData("abs(")]
    public void Endless_nesting_is_refused_instead_of_overflowing_the_stack(string part) =>
        Assert.Contains("nesting deeper than 100", Assert.Throws<InputException>(() => Expression.Parse(string.Concat(Enumerable.Repeat(part, 100_000)))).Message);
}
