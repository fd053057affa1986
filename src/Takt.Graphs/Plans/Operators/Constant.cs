using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A value written in the node itself.</summary>
sealed class Constant(Node node) : Kernel
{
    readonly Value _value = Read(node);

    public override void Run(Call call) => _value.Bytes.CopyTo(call.Output.Write(_value.Type, _value.Sizes));

    static Value Read(Node node)
    {
        if (node.Attribute("value")?.T is { } tensor) return ConstantReader.Read(tensor, $"node '{node.Name}' (Constant)");
        if (node.Attribute("value_float") is { } number) return Value.Of<float>([number.F]);
        if (node.Attribute("value_floats") is { } numbers) return Value.Of<float>([.. numbers.Floats], numbers.Floats.Count);
        if (node.Attribute("value_int") is { } whole) return Value.Of<long>([whole.I]);
        if (node.Ints("value_ints") is { } wholes) return Value.Of<long>(wholes, wholes.Length);
        throw node.Wrong("no numbers", "one of value, value_float, value_floats, value_int, value_ints");
    }
}
