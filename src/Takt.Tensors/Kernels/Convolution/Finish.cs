using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>How the sums of a convolution begin and end: y = f(bias + sum + addend).</summary>
/// <param name="bias">One number per output, or null.</param>
/// <param name="addend">As many numbers as y, or null: what a residual block adds.</param>
/// <param name="activation">f.</param>
readonly unsafe struct Finish(float* bias, float* addend, Activation activation)
{
    /// <summary>Whether something is added at the end.</summary>
    public bool Adds => addend != null;

    /// <summary>f.</summary>
    public Activation Activation => activation;

    /// <summary>Where the sums of an output begin.</summary>
    public float Bias(int output) => bias == null ? 0 : bias[output];

    /// <summary>Adds and activates two vectors in each of some rows of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ApplyTwo<V>(float* y, nint at, nint row, int rows) where V : struct, ILanes<V>
    {
        if (activation is not (Activation.Identity or Activation.Relu))
        {
            for (; rows > 0; rows--, at += row) Apply<V>(y, at, 2 * V.Count);
            return;
        }

        if (addend == null && activation == Activation.Identity) return;
        var zero = V.Fill(0);
        for (; rows > 0; rows--, at += row)
        {
            V left = V.Load(y + at), right = V.Load(y + at + V.Count);
            if (addend != null) (left, right) = (left + V.Load(addend + at), right + V.Load(addend + at + V.Count));
            if (activation == Activation.Relu) (left, right) = (V.AtLeast(left, zero), V.AtLeast(right, zero));
            left.Store(y + at);
            right.Store(y + at + V.Count);
        }
    }

    /// <summary>Adds and activates some numbers of y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply<V>(float* y, nint at, int count) where V : struct, ILanes<V>
    {
        if (addend != null)
        {
            float* from = addend + at, to = y + at;
            int i = 0;
            for (; i <= count - V.Count; i += V.Count) (V.Load(to + i) + V.Load(from + i)).Store(to + i);
            for (; i < count; i++) to[i] += from[i];
        }

        if (activation != Activation.Identity) Loops<V>.Activate(activation, y + at, count);
    }
}
