using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A value written in the node itself.</summary>
sealed class Constant(Node node) : Kernel
{
    readonly Value _value = Read(node);

    public override void Run(Call call) => call.Output.CopyFrom(_value);

    static Value Read(Node node)
    {
        if (node.Tensor("value") is { } tensor) return tensor;
        if (node.Attribute("sparse_value")?.SparseTensor is { } sparse) return ConstantReader.Read(sparse, $"node '{node.Name}' (Constant)");
        if (node.Attribute("value_float") is { } number) return Value.Of<float>([number.F]);
        if (node.Floats("value_floats") is { } numbers) return Value.Of<float>(numbers, numbers.Length);
        if (node.Attribute("value_int") is { } whole) return Value.Of<long>([whole.I]);
        if (node.Ints("value_ints") is { } wholes) return Value.Of<long>(wholes, wholes.Length);
        if (node.Attribute("value_string") is { } text) return OfTexts([text.S.ToStringUtf8()]);
        if (node.Texts("value_strings") is { } texts) return OfTexts(texts, texts.Length);
        throw node.Wrong("no value", "one of value, value_float, value_floats, value_int, value_ints, value_string, value_strings, sparse_value");
    }

    static Value OfTexts(string[] texts, params ReadOnlySpan<int> sizes)
    {
        var value = new Value(new Storage());
        texts.CopyTo(value.WriteTexts(sizes));
        return value;
    }
}
