namespace Takt.Data.Readers;

/// <summary>A column that grows: blocks instead of one array, so that growing never copies and no more than one block is empty.</summary>
sealed class Chunks<T>
{
    const int First = 256, Largest = 1 << 16;

    readonly List<T[]> _full = [];
    T[] _last = new T[First];
    int _used;

    public void Add(T value)
    {
        if (_used == _last.Length)
        {
            _full.Add(_last);
            _last = new T[Math.Min(Largest, _last.Length * 2)];
            _used = 0;
        }

        _last[_used++] = value;
    }

    /// <summary>Adds the same value so many times.</summary>
    public void Fill(T value, int count)
    {
        for (int i = 0; i < count; i++) Add(value);
    }

    /// <summary>The values in one array.</summary>
    /// <param name="dropped">Sorted positions to leave out.</param>
    public T[] ToArray(ReadOnlySpan<int> dropped)
    {
        int total = _used;
        foreach (var chunk in _full) total += chunk.Length;
        var array = new T[total - dropped.Length];
        int from = 0, to = 0;
        foreach (var chunk in (IEnumerable<T[]>)[.. _full, _last])
        {
            var values = chunk.AsSpan(0, ReferenceEquals(chunk, _last) ? _used : chunk.Length);
            for (int i = 0; i < values.Length;)
            {
                while (dropped.Length > 0 && dropped[0] == from + i && i < values.Length)
                {
                    dropped = dropped[1..];
                    i++;
                }

                int run = Math.Min(values.Length, dropped.Length > 0 ? dropped[0] - from : values.Length) - i;
                if (run <= 0) continue;
                values.Slice(i, run).CopyTo(array.AsSpan(to));
                i += run;
                to += run;
            }

            from += values.Length;
        }

        return array;
    }
}
