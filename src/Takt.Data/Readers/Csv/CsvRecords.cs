namespace Takt.Data.Readers;

/// <summary>What is wrong with a record's quotes.</summary>
enum QuoteFault
{
    None,

    /// <summary>A quote opens and none closes.</summary>
    Unclosed,

    /// <summary>Something stands between a closing quote and the next delimiter.</summary>
    TextAfter,
}

/// <summary>Takes delimited text apart into records and cells (RFC 4180). Line ends are LF, CRLF or CR; a quote counts only at a cell's start;
/// spaces around unquoted cells and before an opening quote do not belong to the value; blank lines are passed over.</summary>
/// <param name="text">The text.</param>
/// <param name="delimiter">An ASCII character; a space stands for runs of spaces.</param>
sealed class CsvRecords(TextBuffer text, char delimiter)
{
    readonly byte _delimiter = (byte)delimiter;
    readonly bool _runs = delimiter == ' ';
    int[] _marks = [];
    int _markCount, _mark;
    bool _indexed;
    Cell[] _cells = new Cell[16];
    byte[] _unescaped = [];
    long _nextLine = 1;

    struct Cell
    {
        public int Start, Length;
        public bool Quoted, Escaped;
    }

    enum Outcome
    {
        Record,
        Blank,
        Cut,
        Fault,
        TooLong,
    }

    /// <summary>The number of cells of the record.</summary>
    public int Count { get; private set; }

    /// <summary>The line that the record starts in, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>What is wrong with the record's quotes, if anything; it is in the cell after the last, and reading goes on at the line after the one the record starts in.</summary>
    public QuoteFault Fault { get; private set; }

    /// <summary>Whether a line was longer than allowed; nothing can be read after it.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Goes to the next record.</summary>
    /// <returns>Whether there is one; false too after a line that is too long.</returns>
    public bool Read()
    {
        if (!_indexed) Index();
        while (text.Start < text.End || !text.AtEnd)
        {
            Line = _nextLine;
            switch (Parse())
            {
                case Outcome.Record or Outcome.Fault:
                    return true;
                case Outcome.Blank:
                    continue;
                case Outcome.Cut when !text.IsFull:
                    text.Fill();
                    Index();
                    continue;
                case Outcome.Cut when Wrong(QuoteFault.Unclosed) == Outcome.Fault:   // a quote that swallowed line after line up to the limit
                    return true;
                default:
                    (Fault, IsTooLong) = (QuoteFault.None, true);
                    return false;
            }
        }

        return false;
    }

    /// <summary>The value of a cell, quotes taken off. It holds until the next cell is asked for.</summary>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ref readonly var cell = ref _cells[index];
            var value = text.Bytes.AsSpan(cell.Start, cell.Length);
            return cell.Escaped ? Unescape(value) : value;
        }
    }

    void Index()
    {
        int room = text.End - text.Start;
        if (_marks.Length < room) _marks = new int[Math.Max(room, text.Bytes.Length)];
        _markCount = Marks.Find(text.Bytes.AsSpan(text.Start, room), _delimiter, text.Start, _marks);
        (_mark, _indexed) = (0, true);
    }

    Outcome Parse()
    {
        byte[] bytes = text.Bytes;
        int[] marks = _marks;
        int start = text.Start, mark = _mark;
        long line = _nextLine;
        bool closed = false;   // the cell was quoted and is already taken
        Count = 0;
        Fault = QuoteFault.None;
        for (; mark < _markCount; mark++)
        {
            int at = marks[mark];
            byte found = bytes[at];
            if (found == _delimiter)
            {
                if (!closed && !(_runs && start == at)) Add(start, at);
                start = at + 1;
                closed = false;
            }
            else if (found == '"')
            {
                if (!IsBlank(start, at)) continue;   // inside an unquoted cell a quote is a character like others: 5" pipe
                var quoted = Quoted(at, ref mark, ref line);
                if (quoted != Outcome.Record) return quoted;
                closed = true;
                mark--;
            }
            else
            {
                bool cut = found == '\r' && at + 1 == text.End && !text.AtEnd;
                if (cut) return Outcome.Cut;
                bool pair = found == '\r' && at + 1 < text.End && bytes[at + 1] == '\n';
                if (!closed && !(_runs && start == at)) Add(start, at);
                return Finish(pair ? at + 2 : at + 1, pair ? mark + 2 : mark + 1, line + 1);
            }
        }

        if (!text.AtEnd) return Outcome.Cut;
        if (!closed && !(_runs && start == text.End)) Add(start, text.End);
        return Finish(text.End, mark, line);
    }

    /// <summary>A quoted cell.</summary>
    /// <param name="open">Where its quote opens.</param>
    /// <param name="mark">In: the mark of the opening quote. Out: the first mark behind the closing one.</param>
    /// <param name="line">Counts the line ends inside.</param>
    Outcome Quoted(int open, ref int mark, ref long line)
    {
        bool escaped = false;
        for (mark++; mark < _markCount; mark++)
        {
            int at = _marks[mark], next = at + 1;
            byte found = text.Bytes[at];
            if (next == text.End && !text.AtEnd) return Outcome.Cut;
            if (found == '\n' || (found == '\r' && !(next < text.End && text.Bytes[next] == '\n'))) line++;
            if (found != '"') continue;
            if (next < text.End && text.Bytes[next] == '"')
            {
                escaped = true;
                mark++;
                continue;
            }

            mark++;
            if (mark == _markCount && !text.AtEnd) return Outcome.Cut;
            int end = mark < _markCount ? _marks[mark] : text.End;
            if (!IsBlank(next, end) || (end < text.End && text.Bytes[end] == '"')) return Wrong(QuoteFault.TextAfter);
            Take(new Cell { Start = open + 1, Length = at - open - 1, Quoted = true, Escaped = escaped });
            return Outcome.Record;
        }

        return text.AtEnd ? Wrong(QuoteFault.Unclosed) : Outcome.Cut;
    }

    Outcome Finish(int next, int mark, long line)
    {
        if (next - text.Start > text.Limit) return line > _nextLine + 1 ? Wrong(QuoteFault.Unclosed) : Outcome.TooLong;
        (text.Start, _mark, _nextLine) = (next, mark, line);
        return Count == 0 || (Count == 1 && _cells[0] is { Length: 0, Quoted: false }) ? Outcome.Blank : Outcome.Record;
    }

    /// <summary>Gives the record up and goes on at the line after the one it starts in.</summary>
    Outcome Wrong(QuoteFault fault)
    {
        for (int mark = _mark; mark < _markCount; mark++)
        {
            int at = _marks[mark];
            if (text.Bytes[at] is not ((byte)'\n' or (byte)'\r')) continue;
            bool pair = text.Bytes[at] == '\r' && at + 1 < text.End && text.Bytes[at + 1] == '\n';
            (text.Start, _mark, _nextLine) = (pair ? at + 2 : at + 1, pair ? mark + 2 : mark + 1, _nextLine + 1);
            Fault = fault;
            return Outcome.Fault;
        }

        if (!text.AtEnd) return Outcome.Cut;
        (text.Start, _mark, Fault) = (text.End, _markCount, fault);
        return Outcome.Fault;
    }

    void Add(int start, int end)
    {
        byte[] bytes = text.Bytes;
        while (start < end && bytes[start] is (byte)' ' or (byte)'\t') start++;
        while (start < end && bytes[end - 1] is (byte)' ' or (byte)'\t') end--;
        Take(new Cell { Start = start, Length = end - start });
    }

    void Take(Cell cell)
    {
        if (Count == _cells.Length) Array.Resize(ref _cells, Count * 2);
        _cells[Count++] = cell;
    }

    bool IsBlank(int start, int end)
    {
        for (int i = start; i < end; i++)
            if (text.Bytes[i] is not ((byte)' ' or (byte)'\t')) return false;
        return true;
    }

    /// <summary>Makes one quote of two.</summary>
    ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> value)
    {
        if (_unescaped.Length < value.Length) _unescaped = new byte[value.Length];
        int length = 0;
        for (int i = 0; i < value.Length; i++)
        {
            _unescaped[length++] = value[i];
            if (value[i] == '"') i++;
        }

        return _unescaped.AsSpan(0, length);
    }
}
