namespace Takt.Data.Readers;

/// <summary>The ways a cell can be read. Some cells can be read in several: <c>7</c> as either number, <c>01/02/2018</c> as either date.</summary>
[Flags]
enum CellForms
{
    /// <summary>Only as text.</summary>
    Text = 0,

    /// <summary><c>3.14</c></summary>
    PointNumber = 1,

    /// <summary><c>3,14</c></summary>
    CommaNumber = 2,

    /// <summary><c>true</c>, <c>no</c></summary>
    Boolean = 4,

    /// <summary><c>2018-02-01 00:15</c></summary>
    YearFirst = 8,

    /// <summary><c>01.02.2018</c>, <c>13/02/2018</c>, <c>1-Feb-2018</c></summary>
    DayFirst = 16,

    /// <summary><c>02/13/2018</c></summary>
    MonthFirst = 32,
}
