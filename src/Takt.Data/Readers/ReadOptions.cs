using System.Text;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Rows;

namespace Takt.Data.Readers;

/// <summary>How to read a table. Everything has a default that suits most files: what is null is found out from the file.</summary>
public sealed record ReadOptions
{
    /// <summary>What stands between the cells; a space means runs of spaces. Null: a tab for .tsv; for others comma, semicolon, tab, bar or spaces, whichever splits the first lines most evenly.</summary>
    public char? Delimiter { get; init; }

    /// <summary>How characters are coded. Null: as the byte order mark says (UTF-8, UTF-16), without one strictly UTF-8.</summary>
    public Encoding? Encoding { get; init; }

    /// <summary>Whether the first line holds the names. Null: it does unless its cells look like the data below them.</summary>
    public bool? Header { get; init; }

    /// <summary>The names for a file without header, units in brackets; null names them c1, c2, …. Giving names says that there is no header unless <see cref="Header"/> is true; then they replace it.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>What to do with bad rows: refuse the file with all of them (default), or leave them out and report them.</summary>
    public OnError OnBadRow { get; init; } = OnError.Fail;

    /// <summary>The kinds of columns by name, where the values should not decide. A value that does not fit is a bad value.</summary>
    public IReadOnlyDictionary<string, ColumnKind>? Kinds { get; init; }

    /// <summary>What a model knows of the columns, when the file is read for it: its kinds go before the values, its units must be the file's
    /// (a file without units is believed), and a file without header that has as many columns, with or without the target, takes its names. Null: the file stands for itself.</summary>
    public Schema? Schema { get; init; }

    /// <summary>Cells that mean "no value" beside the empty one, case ignored. Default: NA, N/A, NaN, null, ?, -.</summary>
    public IReadOnlyList<string> Missing { get; init; } = ["NA", "N/A", "NaN", "null", "?", "-"];

    /// <summary>The most bad rows to report one by one; the rest are counted. Default 100.</summary>
    public int MaxReports { get; init; } = 100;

    /// <summary>The longest line, in bytes of UTF-8. Default 1 MiB: a longer one is a file without line ends, and must not fill the memory.</summary>
    public int MaxLineLength { get; init; } = 1 << 20;

    /// <summary>The most columns. Default 10,000.</summary>
    public int MaxColumns { get; init; } = 10_000;

    /// <summary>The most rows. Default 100 million.</summary>
    public long MaxRows { get; init; } = 100_000_000;

    /// <summary>The most cells, rows times columns. Default 500 million: at eight bytes each, four gigabytes.</summary>
    public long MaxCells { get; init; } = 500_000_000;
}
