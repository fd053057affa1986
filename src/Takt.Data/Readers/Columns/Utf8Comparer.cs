using System.Text;

namespace Takt.Data.Readers;

/// <summary>Finds strings by their UTF-8 bytes, without making a string first.</summary>
sealed class Utf8Comparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    public static Utf8Comparer Instance { get; } = new();

    public bool Equals(string? x, string? y) => x == y;

    public int GetHashCode(string text) => GetHashCode(Encoding.UTF8.GetBytes(text));

    public bool Equals(ReadOnlySpan<byte> bytes, string text) =>
        Ascii.Equals(bytes, text) || (bytes.Length > text.Length && Encoding.UTF8.GetString(bytes) == text);

    public int GetHashCode(ReadOnlySpan<byte> bytes)
    {
        var hash = new HashCode();
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    public string Create(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
