using System.Globalization;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Drops stop words and changes the case of a list of words; what ends up empty is one empty word.</summary>
sealed class StringNormalizer : Kernel
{
    readonly string _action;
    readonly bool _isCaseSensitive;
    readonly CultureInfo _culture;
    readonly HashSet<string> _stopWords;

    public StringNormalizer(Node node)
    {
        _action = node.Text("case_change_action", "NONE");
        if (_action is not ("NONE" or "LOWER" or "UPPER")) throw node.Wrong($"case_change_action {_action}", "NONE, LOWER or UPPER");
        _isCaseSensitive = node.Int("is_case_sensitive", 0) != 0;
        _culture = CultureOf(node);
        _stopWords = new HashSet<string>(node.Names("stopwords"), StringComparer.Create(_culture, ignoreCase: !_isCaseSensitive));
        if (_isCaseSensitive) _stopWords = new HashSet<string>(_stopWords, StringComparer.Ordinal);
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Rank is not (1 or 2) || (x.Rank == 2 && x.Sizes[0] != 1)) throw call.Wrong($"{x}", "[words] or [1, words]");
        var words = x.Texts;
        int kept = 0;
        foreach (string word in words)
            if (!_stopWords.Contains(word)) kept++;
        int length = Math.Max(1, kept), written = 0;
        var y = call.Output.WriteTexts(x.Rank == 1 ? [length] : [1, length]);
        if (kept == 0) y[0] = "";
        foreach (string word in words)
            if (!_stopWords.Contains(word))
                y[written++] = _action switch { "LOWER" => word.ToLower(_culture), "UPPER" => word.ToUpper(_culture), _ => word };
    }

    /// <summary>The locale of the file if this machine knows it; else the invariant one, which differs in a few letters of few languages.</summary>
    static CultureInfo CultureOf(Node node)
    {
        try
        {
            return CultureInfo.GetCultureInfo(node.Text("locale", "").Split('.')[0].Replace('_', '-'));
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.InvariantCulture;
        }
    }
}
