using System.Text;
using System.Text.Json;

namespace Takt.Data.Readers;

/// <summary>Takes JSON-lines apart: one object a line, plain values by name. Blank lines are passed over.</summary>
sealed class JsonRecords(TextBuffer text)
{
    readonly List<Cell> _cells = [];
    byte[] _decoded = new byte[1024];
    int _decodedLength;
    long _nextLine = 1;

    readonly record struct Cell(int NameStart, int NameLength, bool NameDecoded, int Start, int Length, bool Decoded);

    /// <summary>The number of values of the record.</summary>
    public int Count => _cells.Count;

    /// <summary>The line of the record, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>What is wrong with the line, if anything: found, and expected.</summary>
    public (string Found, string Expected, string? Column)? Fault { get; private set; }

    /// <summary>Whether a line was longer than allowed; nothing can be read after it.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The name of a value.</summary>
    public ReadOnlySpan<byte> NameOf(int index) => Text(_cells[index].NameStart, _cells[index].NameLength, _cells[index].NameDecoded);

    /// <summary>A value as a cell would write it: numbers and booleans as they are, text without quotes, null as nothing.</summary>
    public ReadOnlySpan<byte> this[int index] => Text(_cells[index].Start, _cells[index].Length, _cells[index].Decoded);

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one; false too after a line that is too long.</returns>
    public bool Read()
    {
        while (text.Start < text.End || !text.AtEnd)
        {
            int length = text.Bytes.AsSpan(text.Start, text.End - text.Start).IndexOf((byte)'\n');
            if (length < 0 && !text.AtEnd && !text.IsFull)
            {
                text.Fill();
                continue;
            }

            int start = text.Start, end = length < 0 ? text.End : start + length;
            if (end - start > text.Limit)
            {
                (IsTooLong, Line) = (true, _nextLine);
                return false;
            }

            text.Start = length < 0 ? end : end + 1;
            Line = _nextLine++;
            if (text.Bytes.AsSpan(start, end - start).ContainsAnyExcept(" \t\r"u8) == false) continue;
            Parse(start, end);
            return true;
        }

        return false;
    }

    void Parse(int start, int end)
    {
        _cells.Clear();
        _decodedLength = 0;
        Fault = null;
        var json = new Utf8JsonReader(text.Bytes.AsSpan(start, end - start));
        try
        {
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
            {
                Fault = ($"the line begins with '{(char)text.Bytes[start]}'", "a JSON object in each line: {\"name\": value, …}", null);
                return;
            }

            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var (nameStart, nameLength, nameDecoded) = Place(ref json, start);
                json.Read();
                if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    string what = json.TokenType == JsonTokenType.StartObject ? "an object" : "a list";
                    Fault ??= (what, "a plain value: number, text, true, false or null", Encoding.UTF8.GetString(Text(nameStart, nameLength, nameDecoded)));
                    json.Skip();
                    continue;
                }

                var (valueStart, valueLength, decoded) = json.TokenType == JsonTokenType.Null ? (0, 0, false) : Place(ref json, start);
                _cells.Add(new(nameStart, nameLength, nameDecoded, valueStart, valueLength, decoded));
            }

            if (json.Read()) Fault ??= ("more after the object's end", "one object in each line", null);   // throws if it is no JSON
        }
        catch (JsonException broken)
        {
            Fault = ($"no JSON at byte {broken.BytePositionInLine}", "a JSON object in each line", null);
        }
    }

    /// <summary>Where the current name or value stands: in the window itself, or decoded where it has escapes.</summary>
    (int Start, int Length, bool Decoded) Place(ref Utf8JsonReader json, int start)
    {
        bool quoted = json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
        if (!json.ValueIsEscaped) return (start + (int)json.TokenStartIndex + (quoted ? 1 : 0), json.ValueSpan.Length, false);
        if (_decoded.Length < _decodedLength + json.ValueSpan.Length) Array.Resize(ref _decoded, (_decodedLength + json.ValueSpan.Length) * 2);
        int length = json.CopyString(_decoded.AsSpan(_decodedLength));
        _decodedLength += length;
        return (_decodedLength - length, length, true);
    }

    ReadOnlySpan<byte> Text(int start, int length, bool decoded) => (decoded ? _decoded : text.Bytes).AsSpan(start, length);
}
