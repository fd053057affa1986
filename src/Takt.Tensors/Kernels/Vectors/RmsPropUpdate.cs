using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>How one step of RMSprop moves.</summary>
/// <param name="Rate">Step length.</param>
/// <param name="Smoothing">How much of the mean square stays.</param>
/// <param name="Momentum">How much of the velocity stays; 0 for none.</param>
/// <param name="Epsilon">Added to the root of the mean square.</param>
public readonly record struct RmsPropStep(float Rate, float Smoothing, float Momentum, float Epsilon);

/// <summary>One step of RMSprop over many parameters, one pass over the memory.</summary>
public static unsafe class RmsPropUpdate
{
    /// <summary>v moves toward g²; b = momentum·b + g/(√v + ε); w −= rate·b, as torch.optim.RMSprop.</summary>
    /// <param name="step">Rates.</param>
    /// <param name="gradient">g.</param>
    /// <param name="squares">v, as many; starts as zeros.</param>
    /// <param name="velocity">b, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Run(RmsPropStep step, ReadOnlySpan<float> gradient, Span<float> squares, Span<float> velocity, Span<float> parameters)
    {
        if (Math.Min(squares.Length, Math.Min(velocity.Length, parameters.Length)) < gradient.Length)
            throw new ArgumentException($"{gradient.Length} gradients for {squares.Length} squares, {velocity.Length} velocities and {parameters.Length} parameters; expected as many. Give spans of equal length.");
        fixed (float* g = gradient, v = squares, b = velocity, w = parameters) KernelPath.Run(new Kernel(step, new UpdatedWeights(g, v, b, w, gradient.Length)));
    }

    readonly struct Kernel(RmsPropStep step, UpdatedWeights at) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V> => UpdateLoop<V, RmsPropStep, Rule<V>>.Run(step, at);
    }

    readonly struct Rule<V>(V keep, V add, V stay, V epsilon, V move) : IUpdateRule<V, RmsPropStep, Rule<V>> where V : struct, ILanes<V>
    {
        public static bool RemembersTwo => true;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Rule<V> Of(RmsPropStep step) => new(V.Fill(step.Smoothing), V.Fill(1 - step.Smoothing), V.Fill(step.Momentum), V.Fill(step.Epsilon), V.Fill(-step.Rate));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(V g, ref V first, ref V second, ref V w)
        {
            first = V.MultiplyAdd(keep, first, add * g * g);
            second = V.MultiplyAdd(stay, second, g / (V.Sqrt(first) + epsilon));
            w = V.MultiplyAdd(move, second, w);
        }
    }
}
