using System.Numerics.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = x₀ ∘ x₁ ∘ …, element by element, all stretched to common sizes; then divided by their number, if a mean is asked for.</summary>
sealed class Variadic<TOperation>(bool isMean = false) : NumberKernel where TOperation : IBinaryOperation
{
    const int MostAxes = 64;

    protected override void Run<T>(Call call)
    {
        for (int i = 1; i < call.InputCount; i++)
            if (call.Input(i).Type != call.Input().Type) throw call.Wrong($"inputs of {call.Input().Type} and {call.Input(i).Type}", "one element type");
        if (call.InputCount == 2) Pairs.Run<T, T, T, Arithmetic<TOperation, T>>(call, call.Input(0), call.Input(1), call.Input().Type, default);
        else Fold<T>(call);
        if (isMean)
        {
            var y = call.Output.Write<T>(call.Output.Sizes);
            TensorPrimitives.Divide(y, T.CreateChecked(call.InputCount), y);
        }
    }

    static void Fold<T>(Call call) where T : unmanaged, System.Numerics.INumber<T>
    {
        var sizes = Broadcast.Sizes(call, 0, stackalloc int[MostAxes]);
        Stretch.Run<T>(call.Input(), call.Output, sizes);
        for (int i = 1; i < call.InputCount; i++) Pairs.Run<T, T, T, Arithmetic<TOperation, T>>(call, call.Output, call.Input(i), call.Output.Type, default);
    }
}
