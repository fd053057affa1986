using System.Text;

namespace Takt.Data.Readers;

/// <summary>Points in time as factories write them: ISO 8601 and its relatives, day or month first with dots, slashes, hyphens or a month's name,
/// with or without time of day, seconds, fractions, AM/PM and offset. What has no offset is taken as UTC.</summary>
static class TimeCell
{
    static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>Reads a point in time.</summary>
    /// <param name="cell">The cell, without spaces around it.</param>
    /// <param name="ticks">UTC ticks, read year or day first.</param>
    /// <param name="monthFirstTicks">UTC ticks, read month first.</param>
    /// <returns>The forms it can be read in; <see cref="CellForms.Text"/> if none.</returns>
    public static CellForms Parse(ReadOnlySpan<byte> cell, out long ticks, out long monthFirstTicks)
    {
        ticks = monthFirstTicks = 0;
        if (cell.Length is < 6 or > 40 || !char.IsAsciiDigit((char)cell[0])) return CellForms.Text;

        var rest = cell;
        int firstDigits = Number(ref rest, out int first);
        if (firstDigits == 8 && rest is [(byte)'T', ..])   // 20180201T001500
            return Finish(rest, CellForms.YearFirst, first / 10_000, first / 100 % 100, first % 100, ref ticks);
        if (firstDigits is not (1 or 2 or 4) || rest.Length < 3 || rest[0] is not ((byte)'-' or (byte)'/' or (byte)'.')) return CellForms.Text;

        byte separator = rest[0];
        rest = rest[1..];
        bool named = Month(ref rest, out int second);
        if (!named && Number(ref rest, out second) is not (1 or 2)) return CellForms.Text;
        if (rest.Length < 2 || rest[0] != separator) return CellForms.Text;
        rest = rest[1..];
        int thirdDigits = Number(ref rest, out int third);

        if (firstDigits == 4) return thirdDigits is 1 or 2 && !named ? Finish(rest, CellForms.YearFirst, first, second, third, ref ticks) : CellForms.Text;
        if (thirdDigits == 2) third += third < 69 ? 2000 : 1900;   // as POSIX reads two-digit years
        else if (thirdDigits != 4) return CellForms.Text;
        var forms = Finish(rest, CellForms.DayFirst, third, second, first, ref ticks);
        if (!named && separator != '.') forms |= Finish(rest, CellForms.MonthFirst, third, first, second, ref monthFirstTicks);
        return forms;
    }

    static CellForms Finish(ReadOnlySpan<byte> rest, CellForms form, int year, int month, int day, ref long ticks)
    {
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return CellForms.Text;
        if (!TryTimeOfDay(rest, out long ofDay)) return CellForms.Text;
        long utc = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks + ofDay;
        if (utc < 0) return CellForms.Text;
        ticks = utc;
        return form;
    }

    /// <summary>Nothing, or [T| |, ]H:mm[:ss[.fraction]][ AM|PM][Z|±hh[[:]mm]].</summary>
    static bool TryTimeOfDay(ReadOnlySpan<byte> rest, out long ticks)
    {
        ticks = 0;
        if (rest.IsEmpty) return true;
        if (rest[0] is not ((byte)'T' or (byte)'t' or (byte)' ' or (byte)',')) return false;
        rest = rest[1..].TrimStart((byte)' ');
        int digits = Number(ref rest, out int hour), minute, second = 0;
        long fraction = 0;
        if (digits is 4) (hour, minute) = (hour / 100, hour % 100);
        else if (digits is 6) (hour, minute, second) = (hour / 10_000, hour / 100 % 100, hour % 100);
        else
        {
            if (digits is not (1 or 2) || !Next(ref rest, ':') || Number(ref rest, out minute) != 2) return false;
            if (Next(ref rest, ':'))
            {
                if (Number(ref rest, out second) != 2) return false;
                if (rest is [(byte)'.' or (byte)',', ..] && !TryFraction(ref rest, out fraction)) return false;
            }
        }

        rest = rest.TrimStart((byte)' ');
        if (rest.Length >= 2 && (Ascii.EqualsIgnoreCase(rest[..2], "am"u8) || Ascii.EqualsIgnoreCase(rest[..2], "pm"u8)))
        {
            if (hour is < 1 or > 12) return false;
            hour = hour % 12 + (rest[0] is (byte)'p' or (byte)'P' ? 12 : 0);
            rest = rest[2..].TrimStart((byte)' ');
        }

        if (!TryOffset(rest, out int offsetMinutes)) return false;
        bool endOfDay = hour == 24 && minute == 0 && second == 0 && fraction == 0;   // ISO 8601: 24:00 is the next midnight
        if ((hour > 23 && !endOfDay) || minute > 59 || second > 59) return false;
        ticks = hour * TimeSpan.TicksPerHour + minute * TimeSpan.TicksPerMinute + second * TimeSpan.TicksPerSecond + fraction
            - offsetMinutes * TimeSpan.TicksPerMinute;
        return true;
    }

    static bool TryFraction(ref ReadOnlySpan<byte> rest, out long ticks)
    {
        rest = rest[1..];
        ticks = 0;
        int digits = 0;
        for (; rest.Length > 0 && char.IsAsciiDigit((char)rest[0]); rest = rest[1..])
            if (digits++ < 7) ticks = ticks * 10 + (rest[0] - '0');
        for (int i = digits; i < 7; i++) ticks *= 10;
        return digits > 0;
    }

    static bool TryOffset(ReadOnlySpan<byte> rest, out int minutes)
    {
        minutes = 0;
        if (rest.IsEmpty || (rest.Length == 1 && rest[0] is (byte)'Z' or (byte)'z') || Ascii.EqualsIgnoreCase(rest, "utc"u8)) return true;
        if (rest[0] is not ((byte)'+' or (byte)'-')) return false;
        int sign = rest[0] == '-' ? -1 : 1;
        rest = rest[1..];
        int digits = Number(ref rest, out int hours);
        int partMinutes = 0;
        if (digits == 4) (hours, partMinutes) = (hours / 100, hours % 100);
        else if (digits != 2 || (Next(ref rest, ':') && Number(ref rest, out partMinutes) != 2)) return false;
        minutes = sign * (hours * 60 + partMinutes);
        return rest.IsEmpty && hours <= 14 && partMinutes < 60;
    }

    /// <summary>Takes digits off the front; says how many (at most 9 are read).</summary>
    static int Number(ref ReadOnlySpan<byte> rest, out int value)
    {
        value = 0;
        int digits = 0;
        while (digits < rest.Length && digits < 9 && char.IsAsciiDigit((char)rest[digits])) value = value * 10 + (rest[digits++] - '0');
        rest = rest[digits..];
        return digits;
    }

    static bool Month(ref ReadOnlySpan<byte> rest, out int month)
    {
        month = 0;
        if (rest.Length < 3 || !char.IsAsciiLetter((char)rest[0])) return false;
        for (int i = 0; i < Months.Length && month == 0; i++)
            if (Ascii.EqualsIgnoreCase(rest[..3], Months[i])) month = i + 1;
        if (month > 0) rest = rest[3..];
        return month > 0;
    }

    static bool Next(ref ReadOnlySpan<byte> rest, char wanted)
    {
        if (rest.IsEmpty || rest[0] != wanted) return false;
        rest = rest[1..];
        return true;
    }
}
