using System.Text;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>A file as UTF-8: unpacked where it was packed, recoded where it was coded otherwise, its byte order mark taken off.</summary>
sealed class TextSource : IDisposable
{
    /// <summary>Enough to see a byte order mark, a magic number, and zeros that text does not have.</summary>
    const int HeadSize = 4096;

    readonly Stream _bytes;
    readonly Unpacked? _unpacked;

    TextSource(Stream bytes, string name, Encoding encoding, Unpacked? unpacked) =>
        (_bytes, Name, Encoding, _unpacked) = (bytes, name, encoding, unpacked);

    /// <summary>The file's name, for messages.</summary>
    public string Name { get; }

    /// <summary>How the file is coded.</summary>
    public Encoding Encoding { get; }

    /// <summary>Whether it was packed with gzip.</summary>
    public bool Compressed => _unpacked is not null;

    /// <summary>Whether the bytes come as they are in the file, so that a wrong one can be named by its place.</summary>
    public bool IsUtf8 => Encoding is UTF8Encoding;

    /// <summary>Looks at the first bytes and makes the file readable as UTF-8.</summary>
    /// <exception cref="InputException">The file is empty, or not text.</exception>
    public static TextSource Open(Stream file, string name, Encoding? wanted)
    {
        var packed = new HeadStream(file, 2);
        var unpacked = packed.Head is [0x1F, 0x8B] ? new Unpacked(packed, name) : null;
        var plain = new HeadStream(unpacked ?? (Stream)packed, HeadSize);
        if (plain.Head.IsEmpty) throw new InputException("the file is empty", "a header and rows", where: name);

        MagicNumbers.Refuse(plain.Head, name);
        var (encoding, mark) = EncodingOf(plain.Head);
        plain.Skip(mark);
        if (wanted is not null && mark == 0) encoding = wanted;   // a mark is surer than what anyone says
        if (encoding is not UTF8Encoding) return new(Recode(plain, encoding), name, encoding, unpacked);
        if (plain.Head.Contains((byte)0)) throw MagicNumbers.Binary(name);
        return new(plain, name, encoding, unpacked);
    }

    /// <summary>The next bytes of UTF-8, 0 at the end.</summary>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return _bytes.Read(buffer);
        }
        catch (DecoderFallbackException broken)
        {
            throw new InputException($"the file is not {Encoding.WebName}: {broken.Message}", Encoding.WebName, "Give the encoding it is in, or save it as UTF-8.", Name);
        }
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _unpacked?.Dispose();
    }

    static Stream Recode(Stream bytes, Encoding from)
    {
        var strict = (Encoding)from.Clone();
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        return Encoding.CreateTranscodingStream(bytes, strict, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    /// <summary>By byte order mark; without one UTF-16 is still known by the zeros that it puts in every second byte of plain text.</summary>
    static (Encoding Encoding, int MarkLength) EncodingOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8)) return (Encoding.UTF8, 3);
        if (head.StartsWith<byte>([0xFF, 0xFE])) return (Encoding.Unicode, 2);
        if (head.StartsWith<byte>([0xFE, 0xFF])) return (Encoding.BigEndianUnicode, 2);
        int even = 0, odd = 0;
        for (int i = 0; i + 1 < head.Length; i += 2)
        {
            if (head[i] == 0) even++;
            if (head[i + 1] == 0) odd++;
        }

        int most = head.Length * 2 / 5;   // four in five of the pairs: text that is mostly Latin
        if (odd > most && even == 0) return (Encoding.Unicode, 0);
        if (even > most && odd == 0) return (Encoding.BigEndianUnicode, 0);
        return (Encoding.UTF8, 0);
    }
}
