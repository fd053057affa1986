using System.Text;

namespace Takt.Data.Readers;

/// <summary>true, false, yes, no, case ignored. 1 and 0 stay numbers: only the reader of the table knows what they count.</summary>
static class BooleanCell
{
    public static bool TryParse(ReadOnlySpan<byte> cell, out bool value)
    {
        value = Ascii.EqualsIgnoreCase(cell, "true"u8) || Ascii.EqualsIgnoreCase(cell, "yes"u8);
        return value || Ascii.EqualsIgnoreCase(cell, "false"u8) || Ascii.EqualsIgnoreCase(cell, "no"u8);
    }
}
