namespace Takt.Monitoring.Lines;

/// <summary>The last so many items in order, for charts; older ones fall out. Safe for one writer and many readers.</summary>
/// <typeparam name="T">The item.</typeparam>
/// <param name="capacity">How many are kept.</param>
public sealed class RecentValues<T>(int capacity)
{
    readonly T[] _items = new T[capacity];
    readonly Lock _lock = new();
    long _added;

    /// <summary>The newest item, or the type's default if there is none.</summary>
    public T? Latest
    {
        get
        {
            lock (_lock) return _added == 0 ? default : _items[(int)((_added - 1) % _items.Length)];
        }
    }

    /// <summary>Adds an item; the oldest falls out when there is no room.</summary>
    public void Add(T item)
    {
        lock (_lock) _items[(int)(_added++ % _items.Length)] = item;
    }

    /// <summary>A copy of the newest items, oldest first.</summary>
    /// <param name="most">At most so many; all by default.</param>
    public T[] Snapshot(int most = int.MaxValue)
    {
        lock (_lock)
        {
            int count = (int)Math.Min(Math.Min(_added, _items.Length), most);
            var copy = new T[count];
            for (int i = 0; i < count; i++) copy[i] = _items[(int)((_added - count + i) % _items.Length)];
            return copy;
        }
    }
}
