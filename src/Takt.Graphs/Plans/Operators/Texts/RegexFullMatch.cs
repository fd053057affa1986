using System.Text.RegularExpressions;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Whether a pattern matches the whole of each text. Matching takes time linear in the text, whatever the pattern.</summary>
sealed class RegexFullMatch(Node node) : Kernel
{
    readonly Regex _pattern = Make(node);

    public override void Run(Call call)
    {
        var x = call.Input();
        var texts = x.Texts;
        var y = call.Output.Write<bool>(x.Sizes);
        for (int i = 0; i < y.Length; i++) y[i] = _pattern.IsMatch(texts[i]);
    }

    static Regex Make(Node node)
    {
        string pattern = node.Text("pattern", "");
        try
        {
            return new Regex($@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw node.Wrong($"pattern '{pattern}' ({wrong.Message})", "a regular expression without look-around and back references");
        }
    }
}
