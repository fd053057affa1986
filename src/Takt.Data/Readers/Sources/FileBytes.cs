using System.Security.Cryptography;

namespace Takt.Data.Readers;

/// <summary>The bytes of a file as they are: hashed and counted on their first way through, and readable a second time.
/// A stream that cannot go back is copied to a temporary file as it is read.</summary>
sealed class FileBytes : ForwardStream
{
    readonly Stream _stream;
    readonly long _origin;
    readonly long? _length;
    readonly FileStream? _copy;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly IProgress<double>? _progress;
    readonly CancellationToken _stop;
    Stream _reading;
    long _read;
    bool _hashed;

    public FileBytes(Stream stream, IProgress<double>? progress, CancellationToken stop)
    {
        (_stream, _reading, _progress, _stop) = (stream, stream, progress, stop);
        if (stream.CanSeek) (_origin, _length) = (stream.Position, stream.Length - stream.Position);
        else
            _copy = new FileStream(Path.Combine(Path.GetTempPath(), $"takt-{Guid.NewGuid():N}.copy"), FileMode.CreateNew, FileAccess.ReadWrite,
                FileShare.None, bufferSize: 1 << 16, FileOptions.DeleteOnClose);
    }

    /// <summary>SHA-256 of all bytes, lower-case hex. Reads what is left.</summary>
    public string Sha256()
    {
        Span<byte> rest = new byte[1 << 16];
        while (Read(rest) > 0) { }
        _progress?.Report(1);
        return Convert.ToHexStringLower(_hash.GetCurrentHash());
    }

    /// <summary>Back to the first byte, for a second reading.</summary>
    public void Rewind()
    {
        Span<byte> rest = new byte[1 << 16];
        while (Read(rest) > 0) { }
        _reading = _copy ?? _stream;
        _reading.Position = _copy is null ? _origin : 0;
    }

    public override int Read(Span<byte> buffer)
    {
        _stop.ThrowIfCancellationRequested();
        int count = _reading.Read(buffer);
        if (_hashed) return count;
        if (count == 0)
        {
            _hashed = true;
            return 0;
        }

        _hash.AppendData(buffer[..count]);
        _copy?.Write(buffer[..count]);
        _read += count;
        if (_length is > 0 and var length) _progress?.Report(Math.Min(1, (double)_read / length));
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
            _copy?.Dispose();
        }

        base.Dispose(disposing);   // the stream itself belongs to the caller
    }
}
