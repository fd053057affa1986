using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Texts to their numbers, or numbers to their texts; what is not in the list becomes the default.</summary>
sealed class CategoryMapper : Kernel
{
    readonly Dictionary<string, long> _numberOf = [];
    readonly Dictionary<long, string> _textOf = [];
    readonly long _defaultNumber;
    readonly string _defaultText;

    public CategoryMapper(Node node) : this(node.Names("cats_strings"), node.Integers("cats_int64s"), node) { }

    public CategoryMapper(string[] texts, long[] numbers, Node node)
    {
        node.SameLength(texts.Length, ("cats_int64s", numbers.Length));
        foreach (var (text, number) in texts.Zip(numbers))
        {
            _numberOf.TryAdd(text, number);
            _textOf.TryAdd(number, text);
        }

        (_defaultNumber, _defaultText) = (node.Int("default_int64", -1), node.Text("default_string", "_Unused"));
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        if (x.Type == ElementType.String)
        {
            var y = call.Output.Write<long>(x.Sizes);
            for (int i = 0; i < y.Length; i++) y[i] = _numberOf.GetValueOrDefault(x.Texts[i], _defaultNumber);
        }
        else
        {
            var from = x.Read<long>();
            var y = call.Output.WriteTexts(x.Sizes);
            for (int i = 0; i < y.Length; i++) y[i] = _textOf.GetValueOrDefault(from[i], _defaultText);
        }
    }
}
