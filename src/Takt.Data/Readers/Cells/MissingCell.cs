using System.Text;

namespace Takt.Data.Readers;

/// <summary>Cells that mean "no value": blank ones and the agreed words, case ignored.</summary>
sealed class MissingCell(IReadOnlyList<string> words)
{
    readonly byte[][] _words = [.. words.Select(Encoding.UTF8.GetBytes)];
    readonly int _longest = words.Count == 0 ? 0 : words.Max(w => Encoding.UTF8.GetByteCount(w));

    /// <summary>Whether a word could be taken for a value, as -999 or 1900-01-01 could: then words must be looked for first.</summary>
    public bool LooksLikeValue { get; } = words.Any(w => new CellCensus().Classify(Encoding.UTF8.GetBytes(w)) != CellForms.Text);

    public bool Is(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty) return true;
        if (cell.Length > _longest) return Blank(cell);
        foreach (byte[] word in _words)
            if (Same(cell, word)) return true;
        return Blank(cell);
    }

    static bool Blank(ReadOnlySpan<byte> cell) => cell[0] is (byte)' ' or (byte)'\t' && !cell.ContainsAnyExcept((byte)' ', (byte)'\t');

    static bool Same(ReadOnlySpan<byte> cell, byte[] word) =>
        cell.Length == word.Length && (Ascii.IsValid(cell) ? Ascii.EqualsIgnoreCase(cell, word) : cell.SequenceEqual(word));
}
