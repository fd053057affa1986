using System.Text;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Says what is wrong with a value that does not fit its column.</summary>
static class MisfitReport
{
    public static Problem Of(Misfit misfit, CellForms form, bool commas, string where)
    {
        var number = NumberCell.Parse(Encoding.UTF8.GetBytes(misfit.Text), out double value);
        string expected = form switch
        {
            CellForms.PointNumber or CellForms.CommaNumber when double.IsInfinity(value) => "a finite number, or an empty cell",
            CellForms.PointNumber when commas && number == CellForms.CommaNumber => "a number with a decimal point, as in the rest of the column",
            CellForms.PointNumber => "a number",
            CellForms.CommaNumber => "a number with a decimal comma, as in the rest of the column",
            CellForms.Boolean => "true or false (yes or no)",
            CellForms.DayFirst => "a time with the day first: 31.01.2020 13:04",
            CellForms.MonthFirst => "a time with the month first: 01/31/2020 13:04",
            _ => "a time: 2020-01-31 13:04:05",
        };
        return new($"'{misfit.Text}'", expected, Where: where);
    }
}
