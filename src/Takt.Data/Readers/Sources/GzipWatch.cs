using System.Buffers.Binary;

namespace Takt.Data.Readers;

/// <summary>Watches a gzip file pass by, to tell afterwards whether it was whole: the runtime reads a file that was cut short without a word.</summary>
sealed class GzipWatch(Stream packed) : ForwardStream
{
    static ReadOnlySpan<byte> Magic => [0x1F, 0x8B, 0x08];

    readonly byte[] _last = new byte[4];
    int _members;

    /// <summary>Whether so many unpacked bytes agree with the length (modulo 2³²) that the last part of the file ends with. A file of several parts says only the length of its last one.</summary>
    public bool IsWhole(long unpacked)
    {
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(_last);
        return length == (uint)unpacked || (_members > 1 && length < unpacked);
    }

    public override int Read(Span<byte> buffer)
    {
        int count = packed.Read(buffer);
        Span<byte> seen = [.. _last, .. buffer[..count]];
        seen[^4..].CopyTo(_last);
        for (var rest = seen[2..]; rest.IndexOf(Magic) is >= 0 and var at; rest = rest[(at + 3)..]) _members++;   // two old bytes: a magic number may be cut
        return count;
    }
}
