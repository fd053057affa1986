using System.Buffers;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Texts cut at a delimiter (or at runs of white space), along a new last axis filled up with empty texts; the second output says how many parts each has.</summary>
sealed class StringSplit(Node node) : Kernel
{
    static readonly SearchValues<char> s_whiteSpace = SearchValues.Create(" \t\n\r\f\v");
    readonly string _delimiter = node.Text("delimiter", "");
    readonly int _most = node.HasAttribute("maxsplit") ? (int)Math.Clamp(node.Int("maxsplit", 0), 0, int.MaxValue - 1) : int.MaxValue - 1;

    public override void Run(Call call)
    {
        var x = call.Input();
        var texts = x.Texts;
        var parts = new string[texts.Length][];
        int width = 0;
        for (int i = 0; i < parts.Length; i++) width = Math.Max(width, (parts[i] = Split(texts[i])).Length);

        Span<int> sizes = stackalloc int[x.Rank + 1];
        x.Sizes.CopyTo(sizes);
        sizes[^1] = width;
        if (call.OptionalOutput(1) is { } counts)
        {
            var to = counts.Write<long>(x.Sizes);
            for (int i = 0; i < to.Length; i++) to[i] = parts[i].Length;
        }

        if (call.OptionalOutput(0) is not { } y) return;
        var cells = y.WriteTexts(sizes);
        cells.Fill("");
        for (int i = 0; i < parts.Length; i++) parts[i].CopyTo(cells[(i * width)..]);
    }

    string[] Split(string text)
    {
        if (_delimiter.Length > 0) return text.Split(_delimiter, _most + 1);
        var parts = new List<string>();
        for (var rest = text.AsSpan().Trim(); !rest.IsEmpty;)
        {
            int end = parts.Count == _most ? rest.Length : rest.IndexOfAny(s_whiteSpace);
            if (end < 0) end = rest.Length;
            parts.Add(rest[..end].ToString());
            rest = rest[end..].TrimStart();
        }

        return [.. parts];
    }
}
