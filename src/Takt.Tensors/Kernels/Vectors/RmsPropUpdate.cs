using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>One step of RMSprop over many parameters, one pass over the memory.</summary>
public static unsafe class RmsPropUpdate
{
    /// <summary>v moves toward g²; b = momentum·b + g/(√v + ε); w −= rate·b, as torch.optim.RMSprop.</summary>
    /// <param name="rate">Step length.</param>
    /// <param name="smoothing">How much of v stays.</param>
    /// <param name="momentum">How much of b stays; 0 for none.</param>
    /// <param name="epsilon">Added to the root of v.</param>
    /// <param name="gradient">g.</param>
    /// <param name="squares">v, as many; starts as zeros.</param>
    /// <param name="velocity">b, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Run(float rate, float smoothing, float momentum, float epsilon, ReadOnlySpan<float> gradient, Span<float> squares, Span<float> velocity, Span<float> parameters)
    {
        if (Math.Min(squares.Length, Math.Min(velocity.Length, parameters.Length)) < gradient.Length)
            throw new ArgumentException($"{gradient.Length} gradients for {squares.Length} squares, {velocity.Length} velocities and {parameters.Length} parameters; expected as many. Give spans of equal length.");
        fixed (float* g = gradient, v = squares, b = velocity, w = parameters) KernelPath.Run(new Kernel(rate, smoothing, momentum, epsilon, g, v, b, w, gradient.Length));
    }

    readonly struct Kernel(float rate, float smoothing, float momentum, float epsilon, float* gradient, float* squares, float* velocity, float* parameters, int count) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            V keep = V.Fill(smoothing), add = V.Fill(1 - smoothing), stay = V.Fill(momentum), little = V.Fill(epsilon), move = V.Fill(-rate);
            for (int i = 0; i < count; i += V.Count)
            {
                int here = Math.Min(V.Count, count - i);
                var g = Loops<V>.LoadUpTo(gradient + i, here);
                var v = V.MultiplyAdd(keep, Loops<V>.LoadUpTo(squares + i, here), add * g * g);
                var b = V.MultiplyAdd(stay, Loops<V>.LoadUpTo(velocity + i, here), g / (V.Sqrt(v) + little));
                Loops<V>.StoreUpTo(v, squares + i, here);
                Loops<V>.StoreUpTo(b, velocity + i, here);
                Loops<V>.StoreUpTo(V.MultiplyAdd(move, b, Loops<V>.LoadUpTo(parameters + i, here)), parameters + i, here);
            }
        }
    }
}
