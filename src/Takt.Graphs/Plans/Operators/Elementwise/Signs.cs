using System.Numerics.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>|x|, of any numbers.</summary>
sealed class Absolute : NumberKernel
{
    protected override void Run<T>(Call call) => TensorPrimitives.Abs(call.Input().Read<T>(), call.Output.Write<T>(call.Input().Sizes));
}

/// <summary>−x, of any numbers.</summary>
sealed class Negate : NumberKernel
{
    protected override void Run<T>(Call call) => TensorPrimitives.Negate(call.Input().Read<T>(), call.Output.Write<T>(call.Input().Sizes));
}

/// <summary>−1, 0 or 1; not a number stays so.</summary>
sealed class Sign : NumberKernel
{
    protected override void Run<T>(Call call)
    {
        var x = call.Input().Read<T>();
        var y = call.Output.Write<T>(call.Input().Sizes);
        for (int i = 0; i < y.Length; i++) y[i] = x[i] > T.Zero ? T.One : x[i] < T.Zero ? -T.One : x[i];
    }
}

/// <summary>max(x, 0), of any numbers.</summary>
sealed class Relu : NumberKernel
{
    protected override void Run<T>(Call call)
    {
        if (typeof(T) == typeof(float)) VectorMath.Apply(Activation.Relu, call.Input().Read<float>(), call.Output.Write<float>(call.Input().Sizes));
        else TensorPrimitives.Max(call.Input().Read<T>(), T.Zero, call.Output.Write<T>(call.Input().Sizes));
    }
}
