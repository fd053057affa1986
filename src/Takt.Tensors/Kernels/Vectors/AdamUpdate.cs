using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>How one step of Adam moves: its rates and corrections for this step.</summary>
/// <param name="Rate">Step length.</param>
/// <param name="Beta1">How much of the first moment stays.</param>
/// <param name="Beta2">How much of the second moment stays.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Correction1">1 − Beta1ᵗ at step t (from 1).</param>
/// <param name="Correction2">1 − Beta2ᵗ at step t.</param>
/// <param name="Decay">Decoupled weight decay: each parameter also loses Rate·Decay of itself (AdamW); 0 for plain Adam.</param>
public readonly record struct AdamStep(float Rate, float Beta1, float Beta2, float Epsilon, float Correction1, float Correction2, float Decay = 0);

/// <summary>One step of Adam over many parameters, one pass over the memory.</summary>
public static unsafe class AdamUpdate
{
    /// <summary>One step of Adam (Kingma and Ba 2015, arXiv:1412.6980) or, with a decay, AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101): m and v move toward g and g²; w −= rate·(m/c₁)/(√(v/c₂) + ε).</summary>
    /// <param name="step">Rates and corrections.</param>
    /// <param name="gradient">g.</param>
    /// <param name="first">m, as many; starts as zeros.</param>
    /// <param name="second">v, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Run(AdamStep step, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> parameters)
    {
        if (Math.Min(first.Length, Math.Min(second.Length, parameters.Length)) < gradient.Length)
            throw new ArgumentException($"{gradient.Length} gradients for {first.Length} first and {second.Length} second moments and {parameters.Length} parameters; expected as many. Give spans of equal length.");
        fixed (float* g = gradient, m = first, v = second, w = parameters) KernelPath.Run(new Kernel(step, new UpdatedWeights(g, m, v, w, gradient.Length)));
    }

    readonly struct Kernel(AdamStep step, UpdatedWeights at) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V> => UpdateLoop<V, AdamStep, Rule<V>>.Run(step, at);
    }

    readonly struct Rule<V>(V keep1, V add1, V keep2, V add2, V move, V spread, V epsilon, V stay) : IUpdateRule<V, AdamStep, Rule<V>> where V : struct, ILanes<V>
    {
        public static bool RemembersTwo => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Rule<V> Of(AdamStep step) => new(
            V.Fill(step.Beta1), V.Fill(1 - step.Beta1), V.Fill(step.Beta2), V.Fill(1 - step.Beta2),
            V.Fill(-step.Rate / step.Correction1), V.Fill(1 / MathF.Sqrt(step.Correction2)), V.Fill(step.Epsilon), V.Fill(1 - (step.Rate * step.Decay)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(V g, ref V first, ref V second, ref V w)
        {
            first = V.MultiplyAdd(keep1, first, add1 * g);
            second = V.MultiplyAdd(keep2, second, add2 * g * g);
            w = V.MultiplyAdd(move, first / V.MultiplyAdd(V.Sqrt(second), spread, epsilon), stay * w);
        }
    }
}
