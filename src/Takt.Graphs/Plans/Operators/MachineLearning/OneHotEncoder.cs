using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A new last axis with a 1 at the place of the category, in float32. What is no category is all zeros, or an error if zeros is 0.</summary>
sealed class OneHotEncoder : Kernel
{
    readonly Dictionary<long, int> _numbers = [];
    readonly Dictionary<string, int> _texts = [];
    readonly bool _unknownIsZeros;

    public OneHotEncoder(Node node)
    {
        foreach (long category in node.Integers("cats_int64s")) _numbers.TryAdd(category, _numbers.Count);
        foreach (string category in node.Names("cats_strings")) _texts.TryAdd(category, _texts.Count);
        if (_numbers.Count == 0 == (_texts.Count == 0)) throw node.Wrong($"{_numbers.Count} categories of numbers and {_texts.Count} of texts", "one of both kinds");
        _unknownIsZeros = node.Int("zeros", 1) != 0;
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        int width = Math.Max(_numbers.Count, _texts.Count);
        Span<int> sizes = stackalloc int[x.Rank + 1];
        x.Sizes.CopyTo(sizes);
        sizes[^1] = width;
        var numbers = x.Type == ElementType.String ? default : Numbers.Read(x, call.Scratch.Take<long>(x.Count), call);
        var texts = x.Type == ElementType.String ? x.Texts : default;
        var y = call.Output.Write<float>(sizes);
        y.Clear();
        for (int i = 0; i < x.Count; i++)
        {
            bool known = x.Type == ElementType.String ? _texts.TryGetValue(texts[i], out int place) : _numbers.TryGetValue(numbers[i], out place);
            if (known) y[(i * width) + place] = 1;
            else if (!_unknownIsZeros) throw call.Wrong($"category {(x.Type == ElementType.String ? $"'{texts[i]}'" : numbers[i])}", "one of the encoder's categories");
        }
    }
}
