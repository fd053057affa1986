using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Losses over many predictions, and their derivatives.</summary>
static unsafe class Averages
{
    /// <summary>Σ weight·loss(y, t); every weight is 1 where none are given.</summary>
    public static float Sum<TLoss>(TLoss loss, ReadOnlySpan<float> y, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights) where TLoss : struct, ILossFunction
    {
        float total;
        fixed (float* py = y, pt = targets, pw = weights) KernelPath.Run(new Forward<TLoss>(loss, py, pt, pw, y.Length, &total));
        return total;
    }

    /// <summary>dy += scale·weight·loss′(y, t), or dy = … where nothing is there yet.</summary>
    public static void AddSlope<TLoss>(TLoss loss, ReadOnlySpan<float> y, ReadOnlySpan<float> targets, ReadOnlySpan<float> weights, float scale, Span<float> dy, bool accumulate) where TLoss : struct, ILossFunction
    {
        fixed (float* py = y, pt = targets, pw = weights, pdy = dy) KernelPath.Run(new Backward<TLoss>(loss, py, pt, pw, y.Length, scale, pdy, accumulate));
    }

    readonly struct Forward<TLoss>(TLoss loss, float* y, float* targets, float* weights, int count, float* total) : IKernel where TLoss : struct, ILossFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            float* sums = stackalloc float[Sums.Width];
            for (int i = 0; i < count; i += V.Count)
            {
                int here = Math.Min(V.Count, count - i);
                var value = loss.Value(Loops<V>.LoadUpTo(y + i, here), Loops<V>.LoadUpTo(targets + i, here));
                if (weights != null) value *= Loops<V>.LoadUpTo(weights + i, here);
                Sums.Add(sums, i, value, here);
            }

            *total = Sums.Total(sums);
        }
    }

    readonly struct Backward<TLoss>(TLoss loss, float* y, float* targets, float* weights, int count, float scale, float* dy, bool accumulate) : IKernel where TLoss : struct, ILossFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            for (int i = 0; i < count; i += V.Count)
            {
                int here = Math.Min(V.Count, count - i);
                var slope = V.Fill(scale) * loss.Slope(Loops<V>.LoadUpTo(y + i, here), Loops<V>.LoadUpTo(targets + i, here));
                if (weights != null) slope *= Loops<V>.LoadUpTo(weights + i, here);
                if (accumulate) slope += Loops<V>.LoadUpTo(dy + i, here);
                Loops<V>.StoreUpTo(slope, dy + i, here);
            }
        }
    }
}
