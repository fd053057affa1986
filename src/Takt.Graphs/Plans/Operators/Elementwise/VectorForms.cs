using System.Numerics;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Fast forms of functions that networks run often. Every step rounds once, in vectors as in single numbers, so an element's result does not depend on where it stands.</summary>
static class VectorForms
{
    /// <summary>x where x &gt; 0, else slope·x.</summary>
    public static void LeakyRelu(ReadOnlySpan<float> x, Span<float> y, float slope)
    {
        int i = 0;
        for (int width = Vector<float>.Count; i <= x.Length - width; i += width)
        {
            var some = new Vector<float>(x[i..]);
            Vector.ConditionalSelect(Vector.GreaterThan(some, Vector<float>.Zero), some, some * slope).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++) y[i] = new Formulas.LeakyRelu(slope).Of(x[i]);
    }

    /// <summary>αx + β, kept within 0 and 1.</summary>
    public static void HardSigmoid(ReadOnlySpan<float> x, Span<float> y, float alpha, float beta)
    {
        int i = 0;
        for (int width = Vector<float>.Count; i <= x.Length - width; i += width) Within(new Vector<float>(x[i..]), alpha, beta).CopyTo(y[i..]);
        for (; i < x.Length; i++) y[i] = new Formulas.HardSigmoid(alpha, beta).Of(x[i]);
    }

    /// <summary>x times the HardSigmoid with α = ⅙.</summary>
    public static void HardSwish(ReadOnlySpan<float> x, Span<float> y)
    {
        int i = 0;
        for (int width = Vector<float>.Count; i <= x.Length - width; i += width)
        {
            var some = new Vector<float>(x[i..]);
            (some * Within(some, 1 / 6f, 0.5f)).CopyTo(y[i..]);
        }

        for (; i < x.Length; i++) y[i] = default(Formulas.HardSwish).Of(x[i]);
    }

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))), a block at a time.</summary>
    public static void GeluTanh(ReadOnlySpan<float> x, Span<float> y)
    {
        const int Block = 512;
        const float Slope = 0.7978845608f, Cubic = 0.044715f;
        Span<float> inner = stackalloc float[Math.Min(Block, x.Length)];
        for (int start = 0; start < x.Length; start += Block)
        {
            var some = x.Slice(start, Math.Min(Block, x.Length - start));
            var part = inner[..some.Length];
            for (int i = 0; i < part.Length; i++) part[i] = Slope * (some[i] + (Cubic * some[i] * some[i] * some[i]));
            VectorMath.Apply(Activation.Tanh, part, part);
            for (int i = 0; i < part.Length; i++) y[start + i] = 0.5f * some[i] * (1 + part[i]);
        }
    }

    static Vector<float> Within(Vector<float> x, float alpha, float beta) =>
        Vector.Min(Vector.Max((x * alpha) + new Vector<float>(beta), Vector<float>.Zero), Vector<float>.One);
}
