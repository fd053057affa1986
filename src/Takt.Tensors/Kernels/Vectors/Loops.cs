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

    /// <summary>dx = dy·f′(x), or dx += dy·f′(x); dx may be dy.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapBack<TFunction>(TFunction f, float* x, float* y, float* dy, float* dx, int count, bool accumulate) where TFunction : struct, IFunction
    {
        int i = 0;
        if (accumulate)
            for (; i <= count - V.Count; i += V.Count) V.MultiplyAdd(V.Load(dy + i), f.Slope(V.Load(x + i), V.Load(y + i)), V.Load(dx + i)).Store(dx + i);
        else
            for (; i <= count - V.Count; i += V.Count) (V.Load(dy + i) * f.Slope(V.Load(x + i), V.Load(y + i))).Store(dx + i);
        int rest = count - i;
        if (rest == 0) return;
        V slope = f.Slope(Load(x + i, rest), Load(y + i, rest)), gradient = Load(dy + i, rest);
        Store(accumulate ? V.MultiplyAdd(gradient, slope, Load(dx + i, rest)) : gradient * slope, dx + i, rest);
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
        return Load(source, count, 0, whole);
    }

    /// <summary>The first floats of a vector, the others as said, by way of room for a vector. No call: what a loop holds in registers stays there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* source, int count, float others, float* room)
    {
        for (int i = 0; i < V.Count; i++) room[i] = i < count ? source[i] : others;
        return V.Load(room);
    }

    /// <summary>Writes the first floats of a vector, by way of room for one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V vector, float* target, int count, float* room)
    {
        vector.Store(room);
        for (int i = 0; i < count; i++) target[i] = room[i];
    }

    /// <summary>Writes the first floats of a vector.</summary>
    public static void Store(V vector, float* target, int count)
    {
        float* whole = stackalloc float[V.Count];
        Store(vector, target, count, whole);
    }
}
