using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Files that are often given where a table is wanted, by their first bytes.</summary>
static class MagicNumbers
{
    /// <summary>Names the file for what it is.</summary>
    /// <exception cref="InputException">The first bytes are those of a file that is not a text table.</exception>
    public static void Refuse(ReadOnlySpan<byte> head, string name)
    {
        (string What, string WayOut)? known =
            head.StartsWith("PK\u0003\u0004"u8) ? ("a zip archive or an Excel workbook (.xlsx)", "Unpack it, or in Excel save the sheet as CSV UTF-8") :
            head.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0]) ? ("an old Excel workbook (.xls)", "In Excel save the sheet as CSV UTF-8") :
            head.StartsWith("PAR1"u8) ? ("a Parquet file", "Export it as CSV or JSON-lines") :
            head.StartsWith("SQLite format 3\0"u8) ? ("an SQLite database", "Export the table as CSV") :
            head.StartsWith("%PDF"u8) ? ("a PDF document", "Export the table as CSV") :
            head.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) ? ("a Zstandard archive", "Unpack it, or pack it with gzip") :
            head.StartsWith<byte>([0xFD, 0x37, 0x7A, 0x58, 0x5A]) ? ("an xz archive", "Unpack it, or pack it with gzip") :
            head.StartsWith("BZh"u8) ? ("a bzip2 archive", "Unpack it, or pack it with gzip") :
            head.StartsWith("\u0089PNG"u8[1..]) || head.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G']) ? ("a PNG picture", "Give the table as CSV") :
            null;
        if (known is { } found) throw new InputException($"this is {found.What}", "CSV or JSON-lines text", found.WayOut, name);
    }

    /// <summary>A file that holds zeros where text has none.</summary>
    public static InputException Binary(string name) =>
        new("the file holds zero bytes: it is binary, not text", "CSV or JSON-lines text", "Export the table as CSV; if it is UTF-16 without a byte order mark, give the encoding", name);
}
