using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>From the scores of one head to its weights, and back.</summary>
static unsafe class AttentionWeights
{
    /// <summary>Each row becomes softmax(scale·row) over the keys that may be seen, and 0 elsewhere.</summary>
    public static void Apply(AttentionSizes sizes, AttentionMask mask, Span<float> scores)
    {
        fixed (float* rows = scores)
        fixed (bool* allowed = mask.Values)
            KernelPath.Run(new Forward(rows, allowed, mask.PerQuery, mask.PerKey, sizes.Queries, sizes.Keys, sizes.IsCausal, sizes.Scale));
    }

    /// <summary>Turns the gradient of the weights into that of the scores, in place: ds = scale·p·(dp − Σ dp·p).</summary>
    public static void Slope(AttentionSizes sizes, ReadOnlySpan<float> weights, Span<float> gradient)
    {
        fixed (float* p = weights, dp = gradient) KernelPath.Run(new Backward(p, dp, sizes.Queries, sizes.Keys, sizes.Scale));
    }

    readonly struct Forward(float* scores, bool* allowed, int perQuery, int perKey, int queries, int keys, bool isCausal, float scale) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            float* room = stackalloc float[Sums.Width];
            for (int query = 0; query < queries; query++)
            {
                float* row = scores + ((nint)query * keys);
                int seen = isCausal ? Math.Min(query + 1, keys) : keys;
                if (allowed != null)
                    for (int key = 0; key < seen; key++)
                        if (!allowed[((nint)query * perQuery) + (key * perKey)]) row[key] = float.NegativeInfinity;

                float largest = Largest<V>(row, seen, room);
                if (float.IsNegativeInfinity(largest)) seen = 0;   // nothing to see
                V shift = V.Fill(largest), factor = V.Fill(scale);
                new Span<float>(room, Sums.Width).Clear();
                for (int i = 0; i < seen; i += V.Count)
                {
                    int here = Math.Min(V.Count, seen - i);
                    var power = Approximation.Exp((Loops<V>.LoadUpTo(row + i, here) - shift) * factor);
                    Loops<V>.StoreUpTo(power, row + i, here);
                    Sums.Add(room, i, power, here);
                }

                var share = V.Fill(1 / Sums.Total(room));
                for (int i = 0; i < seen; i += V.Count)
                {
                    int here = Math.Min(V.Count, seen - i);
                    Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(row + i, here) * share, row + i, here);
                }

                new Span<float>(row + seen, keys - seen).Clear();
            }
        }

        /// <summary>The largest is the same in whatever order it is sought.</summary>
        static float Largest<V>(float* row, int count, float* room) where V : struct, ILanes<V>
        {
            var largest = V.Fill(float.NegativeInfinity);
            int i = 0;
            for (; i <= count - V.Count; i += V.Count) largest = V.AtLeast(V.Load(row + i), largest);
            largest.Store(room);
            float result = float.NegativeInfinity;
            for (int lane = 0; lane < V.Count; lane++) result = MathF.Max(result, room[lane]);
            for (; i < count; i++) result = MathF.Max(result, row[i]);
            return result;
        }
    }

    readonly struct Backward(float* weights, float* gradient, int queries, int keys, float scale) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            float* sums = stackalloc float[Sums.Width];
            var factor = V.Fill(scale);
            for (int query = 0; query < queries; query++)
            {
                float* p = weights + ((nint)query * keys), dp = gradient + ((nint)query * keys);
                new Span<float>(sums, Sums.Width).Clear();
                for (int i = 0; i < keys; i += V.Count)
                {
                    int here = Math.Min(V.Count, keys - i);
                    Sums.Add(sums, i, Loops<V>.LoadUpTo(p + i, here) * Loops<V>.LoadUpTo(dp + i, here), here);
                }

                var dot = V.Fill(Sums.Total(sums));
                for (int i = 0; i < keys; i += V.Count)
                {
                    int here = Math.Min(V.Count, keys - i);
                    Loops<V>.StoreUpTo(factor * Loops<V>.LoadUpTo(p + i, here) * (Loops<V>.LoadUpTo(dp + i, here) - dot), dp + i, here);
                }
            }
        }
    }
}
