namespace Takt.Tensors.Kernels;

/// <summary>Functions run over floats that follow each other. What is left at the end goes through a vector too, so each element is computed alike wherever it stands.</summary>
static unsafe class Loops<V> where V : struct, ILanes<V>
{
    /// <summary>y = f(x); y may be x.</summary>
    public static void Map<TFunction>(TFunction f, float* x, float* y, int count) where TFunction : struct, IFunction
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count) f.Value(V.Load(x + i)).Store(y + i);
        if (i < count) Store(f.Value(Load(x + i, count - i)), y + i, count - i);
    }

    /// <summary>dx = dy·f′(x), or dx += dy·f′(x).</summary>
    public static void MapBack<TFunction>(TFunction f, float* x, float* y, float* dy, float* dx, int count, bool accumulate) where TFunction : struct, IFunction
    {
        int i = 0;
        for (; i <= count - V.Count; i += V.Count)
        {
            var slope = f.Slope(V.Load(x + i), V.Load(y + i));
            (accumulate ? V.MultiplyAdd(V.Load(dy + i), slope, V.Load(dx + i)) : V.Load(dy + i) * slope).Store(dx + i);
        }

        if (i < count)
        {
            int rest = count - i;
            var slope = f.Slope(Load(x + i, rest), Load(y + i, rest));
            Store(accumulate ? V.MultiplyAdd(Load(dy + i, rest), slope, Load(dx + i, rest)) : Load(dy + i, rest) * slope, dx + i, rest);
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
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not an activation.");
        }
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
