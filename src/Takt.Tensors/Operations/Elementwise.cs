using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>One function applied to every element.</summary>
static class Elementwise
{
    /// <summary>Computes y = f(x) and writes it down; dx = dy·f′(x).</summary>
    /// <param name="name">ONNX operator.</param>
    /// <param name="f">The function, with its derivative.</param>
    /// <param name="x">Argument.</param>
    /// <param name="attributes">ONNX attributes.</param>
    public static Tensor Apply<TFunction>(string name, TFunction f, Tensor x, params OperationAttribute[] attributes) where TFunction : struct, IFunction
    {
        var y = Tape.Allocate(x.Shape);
        VectorMath.Map(f, x.Values, y.Values);
        return Tape.Record(name, [x], y, dy =>
        {
            var target = Tape.GradientOf(x, out bool accumulate);
            VectorMath.MapBack(f, x.Values, y.Values, dy.Values, target.Values, accumulate);
        }, attributes);
    }
}
