using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>One step of stochastic gradient descent over many parameters, one pass over the memory.</summary>
public static unsafe class SgdUpdate
{
    /// <summary>With g′ = g + decay·w: b = momentum·b + g′; w −= rate·b, or with Nesterov's look ahead w −= rate·(g′ + momentum·b), as torch.optim.SGD.</summary>
    /// <param name="rate">Step length.</param>
    /// <param name="momentum">How much of b stays; 0 for plain descent.</param>
    /// <param name="nesterov">Whether to look ahead (Nesterov 1983).</param>
    /// <param name="decay">Weight decay, in the gradient; 0 for none.</param>
    /// <param name="gradient">g.</param>
    /// <param name="velocity">b, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Run(float rate, float momentum, bool nesterov, float decay, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> parameters)
    {
        if (Math.Min(velocity.Length, parameters.Length) < gradient.Length)
            throw new ArgumentException($"{gradient.Length} gradients for {velocity.Length} velocities and {parameters.Length} parameters; expected as many. Give spans of equal length.");
        fixed (float* g = gradient, b = velocity, w = parameters) KernelPath.Run(new Kernel(rate, momentum, nesterov, decay, g, b, w, gradient.Length));
    }

    readonly struct Kernel(float rate, float momentum, bool nesterov, float decay, float* gradient, float* velocity, float* parameters, int count) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of(2L * count);
            var share = new Share<V>(this, count, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(Kernel all, int count, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Part<V>(EvenParts.Begin(part, parts, count), EvenParts.Begin(part + 1, parts, count));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Part<V>(int from, int end) where V : struct, ILanes<V>
        {
            V stay = V.Fill(momentum), pull = V.Fill(decay), move = V.Fill(nesterov ? -rate * momentum : -rate), ahead = V.Fill(-rate);
            for (int i = from; i < end; i += V.Count)
            {
                int here = Math.Min(V.Count, end - i);
                V g = Loops<V>.LoadUpTo(gradient + i, here), w = Loops<V>.LoadUpTo(parameters + i, here);
                if (decay != 0) g = V.MultiplyAdd(pull, w, g);
                var b = (stay * Loops<V>.LoadUpTo(velocity + i, here)) + g;
                if (nesterov) w = V.MultiplyAdd(ahead, g, w);
                Loops<V>.StoreUpTo(b, velocity + i, here);
                Loops<V>.StoreUpTo(V.MultiplyAdd(move, b, w), parameters + i, here);
            }
        }
    }
}
