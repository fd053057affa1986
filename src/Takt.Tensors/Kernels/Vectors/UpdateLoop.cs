using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>The rule of an optimiser, for as many weights as a vector has lanes.</summary>
/// <typeparam name="V">The vectors of a path.</typeparam>
/// <typeparam name="TStep">What is the same for all weights of a step.</typeparam>
/// <typeparam name="TSelf">The rule itself.</typeparam>
interface IUpdateRule<V, TStep, TSelf> where V : struct, ILanes<V>
{
    /// <summary>Whether it remembers a second number for each weight.</summary>
    static abstract bool RemembersTwo { get; }

    /// <summary>Spreads the numbers of a step over vectors.</summary>
    static abstract TSelf Of(TStep step);

    /// <summary>Moves weights along their gradient, and what is remembered of them.</summary>
    /// <param name="g">The gradient.</param>
    /// <param name="first">What is remembered.</param>
    /// <param name="second">The second number; of no meaning where there is none.</param>
    /// <param name="w">The weights.</param>
    void Take(V g, ref V first, ref V second, ref V w);
}

/// <summary>Where the numbers of an update lie: equally many of each.</summary>
unsafe readonly struct UpdatedWeights(float* gradient, float* first, float* second, float* weights, int count)
{
    public readonly float* Gradient = gradient, First = first, Second = second, Weights = weights;
    public readonly int Count = count;
}

/// <summary>Takes a step with all weights, one pass over the memory, on all threads. What is left at the end goes through a vector too, so each weight moves alike wherever it stands.</summary>
static unsafe class UpdateLoop<V, TStep, TRule> where V : struct, ILanes<V> where TStep : struct where TRule : struct, IUpdateRule<V, TStep, TRule>
{
    public static void Run(TStep step, UpdatedWeights at)
    {
        int parts = EvenParts.Of(2L * at.Count);
        var share = new Share(step, at, parts);
        Workers.Run(parts, ref share);
    }

    readonly struct Share(TStep step, UpdatedWeights at, int parts) : IWork
    {
        public void Run(int part) => Part(step, at, EvenParts.Begin(part, parts, at.Count), EvenParts.Begin(part + 1, parts, at.Count));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Part(TStep step, UpdatedWeights at, int from, int end)
    {
        var rule = TRule.Of(step);
        float* g = at.Gradient, a = at.First, b = at.Second, w = at.Weights;   // beside the fields, which every store might change
        int i = from;
        for (; i <= end - V.Count; i += V.Count)
        {
            V first = V.Load(a + i), second = TRule.RemembersTwo ? V.Load(b + i) : default, weights = V.Load(w + i);
            rule.Take(V.Load(g + i), ref first, ref second, ref weights);
            first.Store(a + i);
            if (TRule.RemembersTwo) second.Store(b + i);
            weights.Store(w + i);
        }

        if (i < end)
        {
            int rest = end - i;
            V first = Loops<V>.Load(a + i, rest), second = TRule.RemembersTwo ? Loops<V>.Load(b + i, rest) : default, weights = Loops<V>.Load(w + i, rest);
            rule.Take(Loops<V>.Load(g + i, rest), ref first, ref second, ref weights);
            Loops<V>.Store(first, a + i, rest);
            if (TRule.RemembersTwo) Loops<V>.Store(second, b + i, rest);
            Loops<V>.Store(weights, w + i, rest);
        }
    }
}
