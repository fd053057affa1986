using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

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
            var step = new Step<V>(V.Fill(smoothing), V.Fill(1 - smoothing), V.Fill(momentum), V.Fill(epsilon), V.Fill(-rate));
            float* g = gradient, v = squares, b = velocity, w = parameters;   // beside the fields, which every store might change
            int i = from;
            for (; i <= end - V.Count; i += V.Count)
            {
                V square = V.Load(v + i), now = V.Load(b + i), weights = V.Load(w + i);
                step.Take(V.Load(g + i), ref square, ref now, ref weights);
                square.Store(v + i);
                now.Store(b + i);
                weights.Store(w + i);
            }

            if (i < end)
            {
                int rest = end - i;
                V square = Loops<V>.Load(v + i, rest), now = Loops<V>.Load(b + i, rest), weights = Loops<V>.Load(w + i, rest);
                step.Take(Loops<V>.Load(g + i, rest), ref square, ref now, ref weights);
                Loops<V>.Store(square, v + i, rest);
                Loops<V>.Store(now, b + i, rest);
                Loops<V>.Store(weights, w + i, rest);
            }
        }
    }

    /// <summary>The step of as many weights as a vector has lanes.</summary>
    readonly struct Step<V>(V keep, V add, V stay, V little, V move) where V : struct, ILanes<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(V g, ref V v, ref V b, ref V w)
        {
            v = V.MultiplyAdd(keep, v, add * g * g);
            b = V.MultiplyAdd(stay, b, g / (V.Sqrt(v) + little));
            w = V.MultiplyAdd(move, b, w);
        }
    }
}
