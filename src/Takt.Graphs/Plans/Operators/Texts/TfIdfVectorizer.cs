using System.Runtime.InteropServices;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Counts known n-grams in rows of words or numbers: how often (TF), whether (IDF, times its weight), or both.</summary>
/// <remarks>The words of an n-gram may stand up to max_skip_count words apart, equally far each.</remarks>
sealed class TfIdfVectorizer : Kernel
{
    readonly int _shortest, _longest, _skips, _width;
    readonly string _mode;
    readonly Gram[] _grams;                                  // what ends at each node of the trie
    readonly Dictionary<(int Node, long Number), int> _numbers = [];
    readonly Dictionary<(int Node, string Text), int> _texts = [];

    public TfIdfVectorizer(Node node)
    {
        long[] pool = node.Integers("pool_int64s"), starts = node.Integers("ngram_counts"), columns = node.Integers("ngram_indexes");
        string[] words = node.Names("pool_strings");
        double[] weights = node.Numbers("weights");
        _mode = node.Text("mode", "");
        if (_mode is not ("TF" or "IDF" or "TFIDF")) throw node.Wrong($"mode {_mode}", "TF, IDF or TFIDF");
        (_shortest, _longest, _skips) = (Size(node, "min_gram_length", 1), Size(node, "max_gram_length", 1), Size(node, "max_skip_count", 0));
        foreach (long column in columns)
            if (column is < 0 or > 1 << 26) throw node.Wrong($"column {column}", $"0 to {1 << 26:N0}");
        if (weights.Length > 0) node.SameLength(columns.Length, ("weights", weights.Length));
        _width = columns.Length == 0 ? 0 : (int)columns.Max() + 1;

        var grams = new List<Gram> { Gram.None };
        int length = Math.Max(pool.Length, words.Length), gram = 0;
        for (int n = 1; n <= starts.Length; n++)
        {
            long start = starts[n - 1], end = n < starts.Length ? starts[n] : length;
            if (start < 0 || end < start || end > length || (end - start) % n != 0) throw node.Wrong($"ngram_counts [{string.Join(", ", starts)}] for a pool of {length}", "places in the pool, in order");
            for (int at = (int)start; at < end; at += n, gram++)
            {
                if (gram >= columns.Length) throw node.Wrong($"{columns.Length} ngram_indexes", "one for each n-gram of the pool");
                int place = 0;
                for (int i = 0; i < n; i++) place = words.Length > 0 ? Child(_texts, (place, words[at + i])) : Child(_numbers, (place, pool[at + i]));
                grams[place] = new Gram((int)columns[gram], weights.Length > 0 ? (float)weights[gram] : 1);
            }
        }

        _grams = [.. grams];

        int Child<TKey>(Dictionary<TKey, int> children, TKey key) where TKey : notnull
        {
            ref int child = ref CollectionsMarshal.GetValueRefOrAddDefault(children, key, out bool known);
            if (known) return child;
            grams.Add(Gram.None);
            return child = grams.Count - 1;
        }
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Rank is not (1 or 2)) throw call.Wrong($"{x}", "[words] or [rows, words]");
        int rows = x.Rank == 1 ? 1 : x.Sizes[0], length = x.Sizes[^1];
        var y = call.Output.Write<float>(x.Rank == 1 ? [_width] : [rows, _width]);
        y.Clear();
        if (x.Type == ElementType.String)
        {
            var texts = x.Texts;
            for (int row = 0; row < rows; row++) Count(_texts, texts.Slice(row * length, length), y.Slice(row * _width, _width));
        }
        else
        {
            var numbers = Numbers.Read(x, call.Scratch.Take<long>(x.Count), call);
            for (int row = 0; row < rows; row++) Count(_numbers, numbers.Slice(row * length, length), y.Slice(row * _width, _width));
        }
    }

    void Count<TWord>(Dictionary<(int, TWord), int> children, ReadOnlySpan<TWord> words, Span<float> counts)
    {
        for (int apart = 1; apart <= _skips + 1; apart++)
            for (int start = 0; start < words.Length; start++)
                for (int n = 1, place = 0, at = start; n <= _longest && at < words.Length && children.TryGetValue((place, words[at]), out place); n++, at += apart)
                    if (n >= _shortest && (n > 1 || apart == 1) && _grams[place] is { Column: >= 0 } gram)
                        counts[gram.Column] = _mode switch { "TF" => counts[gram.Column] + 1, "IDF" => gram.Weight, _ => counts[gram.Column] + gram.Weight };
    }

    static int Size(Node node, string name, int least) =>
        node.Int(name, least) is var size && size >= least && size <= 1 << 16 ? (int)size : throw node.Wrong($"{name} {node.Int(name, least)}", $"{least} to {1 << 16}");

    readonly record struct Gram(int Column, float Weight)
    {
        public static Gram None => new(-1, 0);
    }
}
