using System.Buffers;
using System.Globalization;
using System.Text;

namespace Takt.Data.Readers;

/// <summary>Writes cells and rows of delimited text.</summary>
sealed class CsvOutput(Stream stream, char delimiter)
{
    const int LongestNumber = 32;   // -1.2345678901234567E-308 and an ISO time have fewer characters

    readonly byte[] _buffer = new byte[1 << 16];
    readonly SearchValues<char> _special = SearchValues.Create([delimiter, '"', '\n', '\r']);
    int _used;
    bool _first = true;

    public void Number(double value)
    {
        Next(room: LongestNumber);
        value.TryFormat(_buffer.AsSpan(_used), out int written, default, CultureInfo.InvariantCulture);
        _used += written;
    }

    public void Time(DateTime value)
    {
        Next(room: LongestNumber);
        value.TryFormat(_buffer.AsSpan(_used), out int written, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture);
        _used += written;
    }

    /// <summary>Writes text, quoted where it must be.</summary>
    /// <param name="text">The text.</param>
    /// <param name="alone">Whether it is the only cell of its row: then nothing must be quoted, as a blank line is no row.</param>
    public void Text(string text, bool alone)
    {
        bool quoted = text.Length == 0 ? alone : text.AsSpan().ContainsAny(_special) || text[0] is ' ' or '\t' or '\uFEFF' || text[^1] is ' ' or '\t';
        Next(room: 0);
        byte[] bytes = Encoding.UTF8.GetBytes(quoted ? $"\"{text.Replace("\"", "\"\"")}\"" : text);
        Write(bytes);
    }

    public void Missing(bool alone)
    {
        Next(room: 2);
        if (alone) Write("\"\""u8);
    }

    public void EndRow()
    {
        Write("\n"u8);
        _first = true;
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    /// <summary>Writes the delimiter if the row has begun, and makes room.</summary>
    void Next(int room)
    {
        if (_used + room + 1 > _buffer.Length) Flush();
        if (!_first) _buffer[_used++] = (byte)delimiter;
        _first = false;
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        if (_used + bytes.Length > _buffer.Length) Flush();
        if (bytes.Length > _buffer.Length) stream.Write(bytes);
        else
        {
            bytes.CopyTo(_buffer.AsSpan(_used));
            _used += bytes.Length;
        }
    }
}
