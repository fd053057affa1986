using Takt.Graphs.Plans.Compiling;

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
        ["Mod"] = (2, node => new Remainder(node)),
        ["Pow"] = (2, _ => new Power()),
        ["PRelu"] = (2, _ => new PRelu()),

        // any number of values
        ["Sum"] = (1, _ => new Variadic<Add>()),
        ["Mean"] = (1, _ => new Variadic<Add>(isMean: true)),
        ["Max"] = (1, _ => new Variadic<Greatest>()),
        ["Min"] = (1, _ => new Variadic<Least>()),

        // questions and choices
        ["Equal"] = (2, _ => new Compare<IsEqual>()),
        ["Greater"] = (2, _ => new Compare<IsGreater>()),
        ["GreaterOrEqual"] = (2, _ => new Compare<IsGreaterOrEqual>()),
        ["Less"] = (2, _ => new Compare<IsLess>()),
        ["LessOrEqual"] = (2, _ => new Compare<IsLessOrEqual>()),
        ["IsNaN"] = (1, _ => new IsNaN()),
        ["IsInf"] = (1, node => new IsInfinite(node)),
        ["Where"] = (3, _ => new Where()),

        // truth values and bits
        ["And"] = (2, _ => new Logical<BitAnd>()),
        ["Or"] = (2, _ => new Logical<BitOr>()),
        ["Xor"] = (2, _ => new Logical<BitXor>()),
        ["Not"] = (1, _ => new Not()),
        ["BitwiseAnd"] = (2, _ => new Bitwise<BitAnd>()),
        ["BitwiseOr"] = (2, _ => new Bitwise<BitOr>()),
        ["BitwiseXor"] = (2, _ => new Bitwise<BitXor>()),
        ["BitwiseNot"] = (1, _ => new BitwiseNot()),
        ["BitShift"] = (2, BitShift.Of),

        // one value of any type
        ["Relu"] = (1, _ => new Relu()),
        ["Neg"] = (1, _ => new Negate()),
        ["Abs"] = (1, _ => new Absolute()),
        ["Sign"] = (1, _ => new Sign()),
        ["Clip"] = (1, node => new Clip(node)),
        ["Cast"] = (1, Cast.Of),
        ["CastLike"] = (2, _ => new Cast(to: null)),
        ["BitCast"] = (1, node => new BitCast(node)),

        // functions of one number, see Function
        ["Sigmoid"] = (1, Function),
        ["Tanh"] = (1, Function),
        ["Gelu"] = (1, Function),
        ["Swish"] = (1, Function),
        ["LeakyRelu"] = (1, Function),
        ["HardSigmoid"] = (1, Function),
        ["HardSwish"] = (1, Function),
        ["Elu"] = (1, Function),
        ["Selu"] = (1, Function),
        ["Celu"] = (1, Function),
        ["Mish"] = (1, Function),
        ["Softplus"] = (1, Function),
        ["Softsign"] = (1, Function),
        ["ThresholdedRelu"] = (1, Function),
        ["Shrink"] = (1, Function),
        ["Reciprocal"] = (1, Function),
        ["Sqrt"] = (1, Function),
        ["Exp"] = (1, Function),
        ["Log"] = (1, Function),
        ["Erf"] = (1, Function),
        ["Ceil"] = (1, Function),
        ["Floor"] = (1, Function),
        ["Round"] = (1, Function),
        ["Sin"] = (1, Function),
        ["Cos"] = (1, Function),
        ["Tan"] = (1, Function),
        ["Asin"] = (1, Function),
        ["Acos"] = (1, Function),
        ["Atan"] = (1, Function),
        ["Sinh"] = (1, Function),
        ["Cosh"] = (1, Function),
        ["Asinh"] = (1, Function),
        ["Acosh"] = (1, Function),
        ["Atanh"] = (1, Function),
    };

    static Unary Function(Node node) => new(Operators.Function.Of(node));
}
