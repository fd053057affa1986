using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>From the scores of one head to its weights, and back.</summary>
static unsafe class AttentionWeights
{
    /// <summary>Each row becomes softmax(scale·row) over the keys that may be seen, and 0 elsewhere. A score that is not a number makes all of its row so.</summary>
    public static void Apply(AttentionSizes sizes, AttentionMask mask, Span<float> scores)
    {
        fixed (float* rows = scores)
        fixed (bool* allowed = mask.Values)
            KernelPath.RunSixteen(new Forward(rows, allowed, mask.PerQuery, mask.PerKey, sizes.Queries, sizes.Keys, sizes.IsCausal, sizes.Scale));
    }

    /// <summary>Turns the gradient of the weights into that of the scores, in place: ds = scale·p·(dp − Σ dp·p).</summary>
    public static void Slope(AttentionSizes sizes, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        fixed (float* p = weights, dp = gradient) KernelPath.RunSixteen(new Backward(p, dp, sizes.Queries, sizes.Keys, sizes.Scale));
    }

    readonly struct Forward(float* scores, bool* allowed, int perQuery, int perKey, int queries, int keys, bool isCausal, float scale) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<W>() where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Sums.Width];
            for (int query = 0; query < queries; query++)
            {
                float* row = scores + ((nint)query * keys);
                int seen = isCausal ? Math.Min(query + 1, keys) : keys;
                if (allowed != null)
                    for (int key = 0; key < seen; key++)
                        if (!allowed[((nint)query * perQuery) + (key * perKey)]) row[key] = float.NegativeInfinity;

                float largest = SoftmaxRow<W>.Largest(row, seen, room);
                if (float.IsNegativeInfinity(largest))   // nothing to see, or nothing that is a number: only then must the row be walked once more
                    if (HasNoNumber(row, seen)) new Span<float>(row, seen).Fill(float.NaN);
                    else seen = 0;
                else SoftmaxRow<W>.Scale(row, seen, 1 / SoftmaxRow<W>.Powers(row, row, seen, largest, scale, room), room);
                if (seen < keys) new Span<float>(row + seen, keys - seen).Clear();
            }
        }
    }

    static bool HasNoNumber(float* row, int count)
    {
        for (int i = 0; i < count; i++)
            if (float.IsNaN(row[i])) return true;
        return false;
    }

    readonly struct Backward(float* weights, float* gradient, int queries, int keys, float scale) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<W>() where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Sums.Width];
            for (int query = 0; query < queries; query++)
            {
                float* p = weights + ((nint)query * keys), dp = gradient + ((nint)query * keys);
                SoftmaxRow<W>.Slope(p, dp, dp, keys, scale, accumulate: false, room);
            }
        }
    }
}
