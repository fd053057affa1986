using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>One function applied to every element: y = f(x), dx = dy·f′(x).</summary>
sealed class Elementwise<TFunction> : Record<ElementwiseSettings<TFunction>> where TFunction : struct, IFunction, IEquatable<TFunction>
{
    public override string Name => Settings.Name;

    public override IReadOnlyList<OperationAttribute> Attributes => Settings.Attributes?.Invoke(Settings.Function) ?? [];

    internal override Tensor Prepare() => Room(this[0].Shape);

    internal override void Forward() => VectorMath.Map(Settings.Function, this[0].Values, Output.Values);

    internal override void Backward(Tensor dy)
    {
        ReadOnlySpan<float> gradient = dy.Values;
        var dx = Gradients.Replace(Output, this[0], out bool accumulate);
        VectorMath.MapBack(Settings.Function, this[0].Values, Output.Values, gradient, dx, accumulate);
    }

    internal override Tensor Derivative(int input, Tensor dy) => dy * Settings.Slope(Settings.Function, this[0], Output);
}

/// <summary>Which function.</summary>
/// <param name="Name">ONNX operator.</param>
/// <param name="Function">The function, with its derivative.</param>
/// <param name="Slope">The derivative again, of f, x and y, in operations.</param>
/// <param name="Attributes">ONNX attributes.</param>
readonly record struct ElementwiseSettings<TFunction>(string Name, TFunction Function, Func<TFunction, Tensor, Tensor, Tensor> Slope, Func<TFunction, OperationAttribute[]>? Attributes = null)
    where TFunction : struct, IFunction, IEquatable<TFunction>
{
    public Tensor Of(Tensor x) => Tape.Run<Elementwise<TFunction>, ElementwiseSettings<TFunction>>(this, x);
}
