using System.Collections.Frozen;
using System.Numerics;
using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A function of one number, run over many at once; an element's result does not depend on where it stands.</summary>
abstract class Function
{
    static readonly FrozenDictionary<string, Func<Node, Function>> s_known = new Dictionary<string, Func<Node, Function>>
    {
        // activations that training has too
        ["Relu"] = _ => Of(new Formulas.Relu(), Activation.Relu),
        ["Sigmoid"] = _ => Of(new Formulas.Sigmoid(), Activation.Sigmoid),
        ["Tanh"] = _ => Of(new Formulas.Tanh(), Activation.Tanh),
        ["Gelu"] = node => node.Text("approximate", "none") switch
        {
            "none" => Of(new Formulas.Gelu(), Activation.Gelu),
            "tanh" => Of(new Formulas.GeluTanh(), Activation.GeluTanh),
            var form => throw node.Wrong($"approximate {form}", "none or tanh"),
        },
        ["Swish"] = node => node.Float("alpha", 1) is var alpha && alpha == 1 ? Of(new Formulas.Swish(1), Activation.Silu) : Of(new Formulas.Swish(alpha)),

        // other activations
        ["LeakyRelu"] = node => node.Float("alpha", 0.01f) is var slope ? Of(new Formulas.LeakyRelu(slope), (x, y) => VectorForms.LeakyRelu(x, y, slope)) : null!,
        ["HardSigmoid"] = node => (node.Float("alpha", 0.2f), node.Float("beta", 0.5f)) is var (a, b) ? Of(new Formulas.HardSigmoid(a, b), (x, y) => VectorForms.HardSigmoid(x, y, a, b)) : null!,
        ["HardSwish"] = _ => Of(new Formulas.HardSwish(), VectorForms.HardSwish),
        ["Elu"] = node => Of(new Formulas.Elu(node.Float("alpha", 1))),
        ["Selu"] = node => Of(new Formulas.Selu(node.Float("alpha", 1.67326319217681884765625f), node.Float("gamma", 1.05070102214813232421875f))),
        ["Celu"] = node => Of(new Formulas.Celu(node.Float("alpha", 1))),
        ["Mish"] = _ => Of(new Formulas.Mish()),
        ["Softplus"] = _ => Of(new Formulas.Softplus()),
        ["Softsign"] = _ => Of(new Formulas.Softsign()),
        ["ThresholdedRelu"] = node => Of(new Formulas.ThresholdedRelu(node.Float("alpha", 1))),
        ["Shrink"] = node => Of(new Formulas.Shrink(node.Float("lambd", 0.5f), node.Float("bias", 0))),

        // powers and logarithms
        ["Neg"] = _ => Of(new Formulas.Negative(), TensorPrimitives.Negate),
        ["Reciprocal"] = _ => Of(new Formulas.Reciprocal()),
        ["Sqrt"] = _ => Of(new Formulas.Sqrt(), TensorPrimitives.Sqrt),
        ["Exp"] = _ => Of(new Formulas.Exp(), VectorMath.Exp),
        ["Log"] = _ => Of(new Formulas.Log()),
        ["Erf"] = _ => Of(new Formulas.Erf(), VectorMath.Erf),

        // to whole numbers
        ["Ceil"] = _ => Of(new Formulas.Ceiling()),
        ["Floor"] = _ => Of(new Formulas.Floor()),
        ["Round"] = _ => Of(new Formulas.Round()),

        // angles
        ["Sin"] = _ => Of(new Formulas.Sin()),
        ["Cos"] = _ => Of(new Formulas.Cos()),
        ["Tan"] = _ => Of(new Formulas.Tan()),
        ["Asin"] = _ => Of(new Formulas.Asin()),
        ["Acos"] = _ => Of(new Formulas.Acos()),
        ["Atan"] = _ => Of(new Formulas.Atan()),
        ["Sinh"] = _ => Of(new Formulas.Sinh()),
        ["Cosh"] = _ => Of(new Formulas.Cosh()),
        ["Asinh"] = _ => Of(new Formulas.Asinh()),
        ["Acosh"] = _ => Of(new Formulas.Acosh()),
        ["Atanh"] = _ => Of(new Formulas.Atanh()),
    }.ToFrozenDictionary();

    /// <summary>The form in which a matrix product applies it by itself, or null if it cannot.</summary>
    public virtual Activation? InProduct => null;

    /// <summary>Whether the operator is such a function.</summary>
    public static bool Knows(string operation) => s_known.ContainsKey(operation);

    /// <summary>The function of a node.</summary>
    public static Function Of(Node node) => s_known.TryGetValue(node.Operator, out var make) ? make(node) : throw node.Wrong($"operator {node.Operator}", "a function of one number");

    /// <summary>y = f(x), element by element; both may be the same memory.</summary>
    public abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>The same by the definition, in any precision.</summary>
    public abstract void Apply<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>;

    static Formula<TFormula> Of<TFormula>(TFormula formula, VectorForm? fast = null) where TFormula : struct, IFormula => new(formula, fast, inProduct: null);

    static Formula<TFormula> Of<TFormula>(TFormula formula, Activation activation) where TFormula : struct, IFormula =>
        new(formula, (x, y) => VectorMath.Apply(activation, x, y), activation);

    /// <summary>Many at once, in single precision.</summary>
    delegate void VectorForm(ReadOnlySpan<float> x, Span<float> y);

    sealed class Formula<TFormula>(TFormula formula, VectorForm? fast, Activation? inProduct) : Function where TFormula : struct, IFormula
    {
        public override Activation? InProduct => inProduct;

        public override void Apply(ReadOnlySpan<float> x, Span<float> y)
        {
            if (fast is not null) fast(x, y);
            else Apply<float>(x, y);
        }

        public override void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        {
            for (int i = 0; i < x.Length; i++) y[i] = formula.Of(x[i]);
        }
    }
}
