using System.Numerics;
using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A function of one number, run over many at once; an element's result does not depend on where it stands.</summary>
abstract class Function
{
    /// <summary>The form in which a matrix product applies it by itself, or null if it cannot.</summary>
    public virtual Activation? InProduct => null;

    /// <summary>Whether the operator is such a function.</summary>
    public static bool Knows(string operation) => operation is "Neg" or "Relu" or "LeakyRelu" or "Tanh" or "Sigmoid" or "Gelu" or "Erf";

    /// <summary>The function of a node.</summary>
    public static Function Of(Node node) => node.Operator switch
    {
        "Neg" => new Negative(),
        "Relu" => new Kernel(Activation.Relu),
        "LeakyRelu" => new LeakyRelu(node.Float("alpha", 0.01f)),
        "Tanh" => new Kernel(Activation.Tanh),
        "Sigmoid" => new Kernel(Activation.Sigmoid),
        "Gelu" => new Kernel(node.Text("approximate", "none") switch
        {
            "none" => Activation.Gelu,
            "tanh" => Activation.GeluTanh,
            var form => throw node.Wrong($"approximate {form}", "none or tanh"),
        }),
        "Erf" => new ErrorFunction(),
        _ => throw node.Wrong($"operator {node.Operator}", "a function of one number"),
    };

    /// <summary>y = f(x), element by element; both may be the same memory.</summary>
    public abstract void Apply(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>The functions that training has too.</summary>
    sealed class Kernel(Activation activation) : Function
    {
        public override Activation? InProduct => activation;

        public override void Apply(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Apply(activation, x, y);
    }

    /// <summary>−x.</summary>
    sealed class Negative : Function
    {
        public override void Apply(ReadOnlySpan<float> x, Span<float> y) => TensorPrimitives.Negate(x, y);
    }

    /// <summary>x where x &gt; 0, else slope·x: one rounding, so vectors and single numbers agree.</summary>
    sealed class LeakyRelu(float slope) : Function
    {
        public override void Apply(ReadOnlySpan<float> x, Span<float> y)
        {
            int i = 0;
            for (int width = Vector<float>.Count; i <= x.Length - width; i += width)
            {
                var some = new Vector<float>(x[i..]);
                Vector.ConditionalSelect(Vector.GreaterThan(some, Vector<float>.Zero), some, some * slope).CopyTo(y[i..]);
            }

            for (; i < x.Length; i++) y[i] = x[i] > 0 ? x[i] : slope * x[i];
        }
    }

    /// <summary>erf x, where it is not part of a Gelu.</summary>
    sealed class ErrorFunction : Function
    {
        public override void Apply(ReadOnlySpan<float> x, Span<float> y) => VectorMath.Erf(x, y);
    }
}
