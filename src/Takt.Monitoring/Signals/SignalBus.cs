using System.Threading.Channels;

namespace Takt.Monitoring.Signals;

/// <summary>Hands every message to every reader. Writers never wait: a reader that falls behind loses its oldest messages, and knows how many.</summary>
/// <typeparam name="T">The message; readers share it, so it must not change afterwards.</typeparam>
/// <param name="capacity">Messages a reader may lag behind; the default of 256 is two minutes at two messages a second.</param>
public sealed class SignalBus<T>(int capacity = 256)
{
    volatile SignalReader<T>[] _readers = [];
    long _published;

    /// <summary>Messages published so far.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Readers at this moment.</summary>
    public int Readers => _readers.Length;

    /// <summary>A new reader; it sees what is published from now on. Dispose it when done.</summary>
    public SignalReader<T> Subscribe()
    {
        var reader = new SignalReader<T>(capacity, Remove);
        Change(readers => [.. readers, reader]);
        return reader;
    }

    /// <summary>Hands a message to every reader; returns at once.</summary>
    public void Publish(T message)
    {
        Interlocked.Increment(ref _published);
        foreach (var reader in _readers) reader.Offer(message);
    }

    void Remove(SignalReader<T> reader) => Change(readers => [.. readers.Where(other => other != reader)]);

#pragma warning disable CS0420 // Interlocked keeps the field's volatile promise
    void Change(Func<SignalReader<T>[], SignalReader<T>[]> change)
    {
        SignalReader<T>[] before, seen = _readers;
        do
        {
            before = seen;
            seen = Interlocked.CompareExchange(ref _readers, change(before), before);
        }
        while (seen != before);
    }
#pragma warning restore CS0420
}

/// <summary>One reader of a <see cref="SignalBus{T}"/>; for one consumer at a time.</summary>
/// <typeparam name="T">The message.</typeparam>
public sealed class SignalReader<T> : IDisposable
{
    readonly Channel<T> _channel;
    readonly Action<SignalReader<T>> _leave;
    long _dropped;

    internal SignalReader(int capacity, Action<SignalReader<T>> leave)
    {
        _leave = leave;
        _channel = Channel.CreateBounded<T>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            itemDropped: _ => Interlocked.Increment(ref _dropped));
    }

    /// <summary>Messages lost because this reader was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Messages waiting.</summary>
    public int Waiting => _channel.Reader.Count;

    /// <summary>The messages in order, as they come; ends when the reader is disposed.</summary>
    public IAsyncEnumerable<T> ReadAllAsync(CancellationToken stop = default) => _channel.Reader.ReadAllAsync(stop);

    /// <summary>A message that is already waiting, if there is one.</summary>
    public bool TryRead(out T? message) => _channel.Reader.TryRead(out message);

    internal void Offer(T message) => _channel.Writer.TryWrite(message);

    /// <summary>Leaves the bus.</summary>
    public void Dispose()
    {
        _leave(this);
        _channel.Writer.TryComplete();
    }
}
