using System.IO.Compression;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>A gzip file unpacked, checked to its end.</summary>
sealed class Unpacked : ForwardStream
{
    readonly GzipWatch _packed;
    readonly GZipStream _gzip;
    readonly string _name;
    long _count;

    public Unpacked(Stream packed, string name)
    {
        (_packed, _name) = (new GzipWatch(packed), name);
        _gzip = new GZipStream(_packed, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        int count;
        try
        {
            count = _gzip.Read(buffer);
        }
        catch (InvalidDataException broken)
        {
            throw new InputException($"the file is packed with gzip but damaged ({broken.Message.TrimEnd('.')})", "a whole gzip file", "Copy or pack it again", _name);
        }

        _count += count;
        if (count == 0 && buffer.Length > 0 && !_packed.IsWhole(_count))
            throw new InputException($"the gzip file is cut short after {_count} unpacked bytes", "a whole gzip file", "Copy or pack it again", _name);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _gzip.Dispose();
        base.Dispose(disposing);
    }
}
