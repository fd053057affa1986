using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Makes the label encoder for the types of a node's keys and values.</summary>
static class LabelEncoders
{
    public static Kernel Make(Node node)
    {
        if (node.Names("classes_strings") is { Length: > 0 } classes)   // version 1: the values are the places
            return new CategoryMapper(classes, [.. Enumerable.Range(0, classes.Length).Select(i => (long)i)], node);
        var (keys, values) = (List(node, "keys"), List(node, "values"));
        node.SameLength(keys.Count, ("values", values.Count));
        var otherwise = Default(node, values.Type);
        return keys.Type switch
        {
            ElementType.String => WithKeys<string>(node, keys, values, otherwise),
            ElementType.Int64 => WithKeys<long>(node, keys, values, otherwise),
            ElementType.Int32 => WithKeys<int>(node, keys, values, otherwise),
            ElementType.Int16 => WithKeys<short>(node, keys, values, otherwise),
            ElementType.Float32 => WithKeys<float>(node, keys, values, otherwise),
            ElementType.Float64 => WithKeys<double>(node, keys, values, otherwise),
            _ => throw node.Wrong($"keys of {keys.Type}", "texts or numbers"),
        };
    }

    static Kernel WithKeys<TKey>(Node node, Value keys, Value values, Value otherwise) where TKey : notnull => values.Type switch
    {
        ElementType.String => new LabelEncoder<TKey, string>(keys, values, otherwise),
        ElementType.Int64 => new LabelEncoder<TKey, long>(keys, values, otherwise),
        ElementType.Int32 => new LabelEncoder<TKey, int>(keys, values, otherwise),
        ElementType.Int16 => new LabelEncoder<TKey, short>(keys, values, otherwise),
        ElementType.Float32 => new LabelEncoder<TKey, float>(keys, values, otherwise),
        ElementType.Float64 => new LabelEncoder<TKey, double>(keys, values, otherwise),
        _ => throw node.Wrong($"values of {values.Type}", "texts or numbers"),
    };

    static Value List(Node node, string name)
    {
        if (node.Tensor($"{name}_tensor") is { } tensor) return tensor;
        if (node.Names($"{name}_strings") is { Length: > 0 } texts) return Texts(texts);
        if (node.Integers($"{name}_int64s") is { Length: > 0 } integers) return Value.Of<long>(integers, integers.Length);
        if (node.Floats($"{name}_floats") is { Length: > 0 } floats) return Value.Of<float>(floats, floats.Length);
        throw node.Wrong($"no {name}", $"{name}_strings, {name}_int64s, {name}_floats or {name}_tensor");
    }

    static Value Default(Node node, ElementType type)
    {
        if (node.Tensor("default_tensor") is { } given)
            return given.Count == 1 && given.Type == type ? given : throw node.Wrong("a default_tensor of another kind", $"one element of {type}");
        return type switch
        {
            ElementType.String => Texts([node.Text("default_string", "_Unused")]),
            ElementType.Float32 => Value.Of<float>([node.Float("default_float", -0f)]),
            ElementType.Float64 => Value.Of<double>([-0.0]),
            ElementType.Int32 => Value.Of<int>([-1]),
            ElementType.Int16 => Value.Of<short>([-1]),
            _ => Value.Of<long>([node.Int("default_int64", -1)]),
        };
    }

    static Value Texts(string[] texts)
    {
        var value = new Value(new Storage());
        texts.CopyTo(value.WriteTexts([texts.Length]));
        return value;
    }
}
