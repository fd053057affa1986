namespace Takt.Graphs.Plans.Operators;

/// <summary>Each element of the output depends on the elements at the same place.</summary>
static class ElementwiseOperators
{
    public static OperatorGroup All { get; } = new()
    {
        // two values
        ["Add"] = (2, _ => new Binary<Add>()),
        ["Sub"] = (2, _ => new Binary<Subtract>()),
        ["Mul"] = (2, _ => new Binary<Multiply>()),
        ["Div"] = (2, _ => new Binary<Divide>()),

        // one value
        ["Relu"] = (1, node => new Unary(Function.Of(node))),
        ["LeakyRelu"] = (1, node => new Unary(Function.Of(node))),
        ["Tanh"] = (1, node => new Unary(Function.Of(node))),
        ["Sigmoid"] = (1, node => new Unary(Function.Of(node))),
        ["Gelu"] = (1, node => new Unary(Function.Of(node))),
        ["Neg"] = (1, node => new Unary(Function.Of(node))),
        ["Erf"] = (1, node => new Unary(Function.Of(node))),
        ["Cast"] = (1, node => new Cast(node)),
    };
}
