using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The names of a classifier's classes: whole numbers or texts.</summary>
sealed class ClassLabels
{
    readonly long[] _numbers;
    readonly string[] _texts;

    /// <summary>Reads them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="numbers">The attribute that holds whole numbers.</param>
    /// <param name="texts">The attribute that holds texts; it goes before.</param>
    public ClassLabels(Node node, string numbers = "classlabels_ints", string texts = "classlabels_strings")
    {
        (_numbers, _texts) = (node.Integers(numbers), node.Names(texts));
        if (Count == 0) throw node.Wrong("no class labels", $"{numbers} or {texts}");
    }

    /// <summary>How many classes.</summary>
    public int Count => _texts.Length > 0 ? _texts.Length : _numbers.Length;

    /// <summary>Writes the label of every row.</summary>
    public void Write(ReadOnlySpan<int> classes, Value? y)
    {
        if (y is null) return;
        if (_texts.Length > 0) Write(_texts, classes, y.WriteTexts([classes.Length]));
        else Write(_numbers, classes, y.Write<long>([classes.Length]));
    }

    static void Write<T>(T[] labels, ReadOnlySpan<int> classes, Span<T> y)
    {
        for (int i = 0; i < y.Length; i++) y[i] = labels[classes[i]];
    }
}
