using System.Text;
using System.Text.Unicode;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>A window of UTF-8 that slides over the text and grows, up to a limit, when a single row does not fit.</summary>
sealed class TextBuffer
{
    /// <summary>Large enough that rows cut by its end do not count, small enough for the second-level cache together with its marks.</summary>
    const int FirstSize = 1 << 17;

    readonly TextSource? _source;
    int _checked;
    long _offset;
    long _lines = 1;

    /// <summary>Text that comes bit by bit.</summary>
    /// <param name="source">Where the text comes from.</param>
    /// <param name="limit">The longest row in bytes.</param>
    /// <param name="firstSize">How large the window is as long as rows fit.</param>
    public TextBuffer(TextSource source, int limit, int firstSize = FirstSize)
    {
        (_source, Limit) = (source, limit);
        Bytes = new byte[firstSize];
    }

    /// <summary>Text that lies in memory as a whole.</summary>
    public TextBuffer(byte[] text)
    {
        (Bytes, End, AtEnd) = (text, text.Length, true);
        Limit = int.MaxValue;
    }

    /// <summary>The window; <see cref="Start"/> to <see cref="End"/> is filled.</summary>
    public byte[] Bytes { get; private set; }

    /// <summary>Where the next row starts. Whoever reads moves it on.</summary>
    public int Start { get; set; }

    /// <summary>Behind the last byte.</summary>
    public int End { get; private set; }

    /// <summary>Whether nothing comes after <see cref="End"/>.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>The longest row in bytes.</summary>
    public int Limit { get; }

    /// <summary>Whether the unread part has outgrown the longest row.</summary>
    public bool IsFull => End - Start > Limit;

    /// <summary>Reads on: what is before <see cref="Start"/> goes, the rest moves to the front, new bytes follow.</summary>
    /// <exception cref="InputException">A byte is not UTF-8.</exception>
    public void Fill()
    {
        int kept = End - Start;
        _offset += Start;
        if (kept > Bytes.Length / 2)
        {
            byte[] larger = new byte[Bytes.Length * 2];
            Bytes.AsSpan(Start, kept).CopyTo(larger);
            Bytes = larger;
        }
        else if (Start > 0)
            Bytes.AsSpan(Start, kept).CopyTo(Bytes);

        _checked -= Start;
        (Start, End) = (0, kept);
        int count = _source!.Read(Bytes.AsSpan(End));
        while (count > 0 && (End += count) < Bytes.Length) count = _source.Read(Bytes.AsSpan(End));
        AtEnd = End < Bytes.Length;
        CheckUtf8();
    }

    /// <summary>Reads until there are so many whole lines to look at, or no more can be.</summary>
    /// <returns>Whether there is one at least; if not, the first line is longer than allowed.</returns>
    public bool FillLines(int lines)
    {
        Fill();
        while (Lines() < lines && !AtEnd && !IsFull) Fill();
        return AtEnd || Lines() > 0;

        int Lines() => Bytes.AsSpan(Start, End - Start) is var unread && unread.Contains((byte)'\n') ? unread.Count((byte)'\n') : unread.Count((byte)'\r');
    }

    /// <summary>The unread lines of the window by themselves, to try things on.</summary>
    public TextBuffer Sample()
    {
        var unread = Bytes.AsSpan(Start, End - Start);
        int whole = AtEnd ? unread.Length : unread.LastIndexOf((byte)'\n') + 1;
        return new TextBuffer(unread[..(whole == 0 ? unread.Length : whole)].ToArray());
    }

    void CheckUtf8()
    {
        int end = AtEnd ? End : End - CutSequence(Bytes.AsSpan(_checked, End - _checked));
        var fresh = Bytes.AsSpan(_checked, Math.Max(0, end - _checked));
        if (_source!.IsUtf8 && !Utf8.IsValid(fresh))
        {
            int wrong = FirstInvalid(fresh);
            long line = _lines + fresh[..wrong].Count((byte)'\n');
            byte value = fresh[wrong];
            throw new InputException(
                $"byte 0x{value:X2} is not UTF-8",
                "UTF-8 text",
                $"Save the file as UTF-8, or give its encoding, such as gb18030 or windows-1252; with --encoding latin1 this byte reads '{(char)value}'",
                $"{_source.Name} line {line} (byte {_offset + _checked + wrong})");
        }

        _lines += fresh.Count((byte)'\n');
        _checked = end;
    }

    /// <summary>How many bytes at the end begin a character that the window cuts.</summary>
    static int CutSequence(ReadOnlySpan<byte> bytes)
    {
        for (int i = 1; i <= Math.Min(3, bytes.Length); i++)
        {
            byte b = bytes[^i];
            if (b < 0x80) return 0;
            if (b >= 0xC0) return i < (b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2) ? i : 0;
        }

        return 0;
    }

    static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }
}
