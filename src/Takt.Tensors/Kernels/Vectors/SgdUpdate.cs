using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>How one step of stochastic gradient descent moves.</summary>
/// <param name="Rate">Step length.</param>
/// <param name="Momentum">How much of the velocity stays; 0 for plain descent.</param>
/// <param name="Nesterov">Whether to look ahead (Nesterov 1983).</param>
/// <param name="Decay">Weight decay, in the gradient; 0 for none.</param>
public readonly record struct SgdStep(float Rate, float Momentum, bool Nesterov = false, float Decay = 0);

/// <summary>One step of stochastic gradient descent over many parameters, one pass over the memory.</summary>
public static unsafe class SgdUpdate
{
    /// <summary>With g′ = g + decay·w: b = momentum·b + g′; w −= rate·b, or with Nesterov's look ahead w −= rate·(g′ + momentum·b), as torch.optim.SGD.</summary>
    /// <param name="step">Rates.</param>
    /// <param name="gradient">g.</param>
    /// <param name="velocity">b, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Run(SgdStep step, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> parameters)
    {
        if (Math.Min(velocity.Length, parameters.Length) < gradient.Length)
            throw new ArgumentException($"{gradient.Length} gradients for {velocity.Length} velocities and {parameters.Length} parameters; expected as many. Give spans of equal length.");
        fixed (float* g = gradient, b = velocity, w = parameters) KernelPath.Run(new Kernel(step, new UpdatedWeights(g, b, null, w, gradient.Length)));
    }

    readonly struct Kernel(SgdStep step, UpdatedWeights at) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V> => UpdateLoop<V, SgdStep, Rule<V>>.Run(step, at);
    }

    readonly struct Rule<V>(V stay, V pull, V back, V backByMomentum, bool decays, bool nesterov) : IUpdateRule<V, SgdStep, Rule<V>> where V : struct, ILanes<V>
    {
        public static bool RemembersTwo => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Rule<V> Of(SgdStep step) => new(V.Fill(step.Momentum), V.Fill(step.Decay), V.Fill(-step.Rate), V.Fill(-step.Rate * step.Momentum), step.Decay != 0, step.Nesterov);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(V g, ref V first, ref V second, ref V w)
        {
            if (decays) g = V.MultiplyAdd(pull, w, g);
            first = (stay * first) + g;
            if (nesterov) w = V.MultiplyAdd(back, g, w);
            w = V.MultiplyAdd(nesterov ? backByMomentum : back, first, w);
        }
    }
}
