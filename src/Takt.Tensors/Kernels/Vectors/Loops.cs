using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Functions run over floats that follow each other. What is left at the end goes through a vector too, so each element is computed alike wherever it stands.</summary>
static unsafe class Loops<V> where V : struct, ILanes<V>
{
    /// <summary>y = f(x); y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<TFunction>(TFunction f, float* x, float* y, int count) where TFunction : struct, IFunction
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) f.Value(V.Load(x + i)).Store(y + i);
        if (i < count) Store(f.Value(Load(x + i, count - i)), y + i, count - i);
    }

    /// <summary>dx = dy·f′(x), or dx += dy·f′(x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapBack<TFunction>(TFunction f, float* x, float* y, float* dy, float* dx, int count, bool accumulate) where TFunction : struct, IFunction
    {
        for (int i = 0; i < count; i += V.Count)
        {
            int here = Math.Min(V.Count, count - i);
            var slope = f.Slope(LoadUpTo(x + i, here), LoadUpTo(y + i, here));
            var gradient = LoadUpTo(dy + i, here);
            StoreUpTo(accumulate ? V.MultiplyAdd(gradient, slope, LoadUpTo(dx + i, here)) : gradient * slope, dx + i, here);
        }
    }

    /// <summary>Applies an activation in place.</summary>
    public static void Activate(Activation activation, float* x, int count)
    {
        switch (activation)
        {
            case Activation.Identity: break;
            case Activation.Relu: Map(default(Relu), x, x, count); break;
            case Activation.Tanh: Map(default(Tanh), x, x, count); break;
            case Activation.Sigmoid: Map(default(Sigmoid), x, x, count); break;
            case Activation.Gelu: Map(default(Gelu), x, x, count); break;
            case Activation.Silu: Map(default(Silu), x, x, count); break;
            case Activation.GeluTanh: Map(default(GeluTanh), x, x, count); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation.");
        }
    }

    /// <summary>A whole vector, or the first floats of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LoadUpTo(float* source, int count) => count == V.Count ? V.Load(source) : Load(source, count);

    /// <summary>Writes a whole vector, or the first floats of one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreUpTo(V vector, float* target, int count)
    {
        if (count == V.Count) vector.Store(target);
        else Store(vector, target, count);
    }

    /// <summary>The first floats of a vector; the others are 0.</summary>
    public static V Load(float* source, int count)
    {
        float* whole = stackalloc float[V.Count];
        for (int i = 0; i < V.Count; i++) whole[i] = i < count ? source[i] : 0;
        return V.Load(whole);
    }

    /// <summary>Writes the first floats of a vector.</summary>
    public static void Store(V vector, float* target, int count)
    {
        float* whole = stackalloc float[V.Count];
        vector.Store(whole);
        for (int i = 0; i < count; i++) target[i] = whole[i];
    }
}
