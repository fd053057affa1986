namespace Takt.Data.Readers;

/// <summary>A stream whose first bytes can be looked at before they are read.</summary>
sealed class HeadStream : ForwardStream
{
    readonly Stream _inner;
    readonly byte[] _head;
    int _position;

    /// <summary>Reads the first bytes.</summary>
    /// <param name="inner">The stream; it is not closed with this one.</param>
    /// <param name="size">How many bytes to look at; fewer if the stream is shorter.</param>
    public HeadStream(Stream inner, int size)
    {
        _inner = inner;
        byte[] head = new byte[size];
        _head = head[..inner.ReadAtLeast(head, size, throwOnEndOfStream: false)];
    }

    /// <summary>The first bytes.</summary>
    public ReadOnlySpan<byte> Head => _head;

    /// <summary>Leaves out the first bytes, a byte order mark.</summary>
    public void Skip(int count) => _position = count;

    public override int Read(Span<byte> buffer)
    {
        if (_position == _head.Length) return _inner.Read(buffer);
        int count = Math.Min(buffer.Length, _head.Length - _position);
        _head.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
