using System.Globalization;

namespace Takt.Graphs.Checking.Inference;

/// <summary>
/// A size that may depend on symbols: a sum of whole multiples of products of symbols, such as <c>2·batch + 1</c> or <c>batch·time</c>. Equal sums are equal sizes.
/// What is no such sum (the rounded half of an unknown height) becomes a symbol of its own, named for what it is.
/// </summary>
public sealed class SymbolicSize : IEquatable<SymbolicSize>
{
    /// <summary>A longer sum helps nobody who reads it; the size counts as unknown.</summary>
    const int MostTerms = 6, LongestText = 120;

    readonly SortedDictionary<string, long> _terms;   // by product of symbols, "" for the constant

    SymbolicSize(SortedDictionary<string, long> terms) => _terms = terms;

    /// <summary>The number, or null if it depends on a symbol.</summary>
    public long? Value => _terms.Count == 0 ? 0 : _terms.Count == 1 && _terms.TryGetValue("", out long value) ? value : null;

    /// <summary>Whether it depends on a symbol, be it inside the name of another.</summary>
    public bool Mentions(string symbol) => _terms.Keys.Any(k => k.Contains(symbol, StringComparison.Ordinal));

    /// <summary>A known size.</summary>
    public static implicit operator SymbolicSize(long value) => Of(value);

    /// <summary>A known size.</summary>
    public static SymbolicSize Of(long value) => new(value == 0 ? [] : new(StringComparer.Ordinal) { [""] = value });

    /// <summary>A size that has only a name.</summary>
    public static SymbolicSize Symbol(string name) => new(new(StringComparer.Ordinal) { [name.Replace('·', '.')] = 1 });

    /// <summary>The sum; null if one is unknown.</summary>
    public static SymbolicSize? Sum(SymbolicSize? a, SymbolicSize? b) => Combine(a, b, sign: 1);

    /// <summary>The difference; null if one is unknown.</summary>
    public static SymbolicSize? Difference(SymbolicSize? a, SymbolicSize? b) => Combine(a, b, sign: -1);

    /// <summary>The product; 0 whatever the other is, else null if one is unknown.</summary>
    public static SymbolicSize? Product(SymbolicSize? a, SymbolicSize? b)
    {
        if (a?.Value == 0 || b?.Value == 0) return 0;
        if (a is null || b is null) return null;
        var terms = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (left, x) in a._terms)
            foreach (var (right, y) in b._terms)
            {
                string symbols = string.Join('·', left.Split('·').Concat(right.Split('·')).Where(s => s.Length > 0).Order(StringComparer.Ordinal));
                if (!Add(terms, symbols, (Int128)x * y)) return null;
            }

        return Made(terms);
    }

    /// <summary>The whole part of a division by a positive number.</summary>
    public static SymbolicSize? Quotient(SymbolicSize? a, long divisor, bool up = false)
    {
        if (a is null || divisor <= 0) return null;
        if (a.Value is { } value) return Math.DivRem(value, divisor) is var (whole, rest) && rest != 0 && (rest > 0) == up ? whole + (up ? 1 : -1) : whole;
        if (a._terms.Values.All(v => v % divisor == 0)) return new(new(a._terms.ToDictionary(t => t.Key, t => t.Value / divisor), StringComparer.Ordinal));
        string text = $"{(up ? "ceil" : "floor")}(({a})/{divisor.ToString(CultureInfo.InvariantCulture)})";
        return text.Length <= LongestText ? Symbol(text) : null;
    }

    /// <summary>How often <paramref name="b"/> goes into <paramref name="a"/>, where it goes without rest whatever the symbols are; else null.</summary>
    public static SymbolicSize? Exactly(SymbolicSize? a, SymbolicSize? b)
    {
        if (a is null || b is null) return null;
        if (a.Equals(b) && a.Value != 0) return 1;
        if (b._terms.Count != 1) return null;
        var (symbols, factor) = b._terms.First();
        var terms = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (product, count) in a._terms)
        {
            var left = product.Split('·').ToList();
            if (count % factor != 0 || !symbols.Split('·').Where(s => s.Length > 0).All(left.Remove)) return null;
            terms[string.Join('·', left)] = count / factor;
        }

        return Made(terms);
    }

    /// <inheritdoc/>
    public bool Equals(SymbolicSize? other) => other is not null && _terms.SequenceEqual(other._terms);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymbolicSize);

    /// <inheritdoc/>
    public override int GetHashCode() => _terms.Aggregate(0, (hash, term) => HashCode.Combine(hash, term.Key, term.Value));

    /// <summary>As people write it: <c>2·batch + 1</c>.</summary>
    public override string ToString() => _terms.Count == 0 ? "0" : string.Join(" + ", _terms.OrderBy(t => t.Key.Length == 0).Select(t =>
        t.Key.Length == 0 ? Text(t.Value) : t.Value == 1 ? t.Key : $"{Text(t.Value)}·{t.Key}")).Replace("+ -", "- ", StringComparison.Ordinal);

    static SymbolicSize? Combine(SymbolicSize? a, SymbolicSize? b, int sign)
    {
        if (a is null || b is null) return null;
        var terms = new SortedDictionary<string, long>(a._terms, StringComparer.Ordinal);
        foreach (var (symbols, count) in b._terms)
            if (!Add(terms, symbols, (Int128)sign * count)) return null;
        return Made(terms);
    }

    static bool Add(SortedDictionary<string, long> terms, string symbols, Int128 count)
    {
        Int128 sum = terms.GetValueOrDefault(symbols) + count;
        if (sum > long.MaxValue || sum < long.MinValue) return false;
        if (sum == 0) terms.Remove(symbols);
        else terms[symbols] = (long)sum;
        return true;
    }

    static SymbolicSize? Made(SortedDictionary<string, long> terms) => terms.Count <= MostTerms && terms.Keys.Sum(k => k.Length) <= LongestText ? new(terms) : null;

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
