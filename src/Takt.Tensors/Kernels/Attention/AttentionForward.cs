using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Scaled dot-product attention, head by head: scores q·kᵀ, softmax over the keys that may be seen, then the mean of the values under these weights.</summary>
public static class AttentionForward
{
    /// <summary>y = softmax(scale·q·kᵀ + mask)·v. A query that may see no key gets zeros.</summary>
    /// <param name="sizes">Sizes and layout.</param>
    /// <param name="q">Queries.</param>
    /// <param name="k">Keys.</param>
    /// <param name="v">Values.</param>
    /// <param name="mask">Which query may see which key; all where it is empty.</param>
    /// <param name="y">Result, laid out as the queries with the width of the values.</param>
    /// <param name="weights">Room for the weights of all heads, [batch, heads, queries, keys]: the way back needs them. Empty: each head's are forgotten.</param>
    public static void Run(AttentionSizes sizes, ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, AttentionMask mask, Span<float> y, Span<float> weights)
    {
        var heads = new Heads { Sizes = sizes, Q = q, K = k, V = v, Mask = mask, Y = y, Weights = weights, Parts = sizes.Parts };
        Workers.Run(heads.Parts, ref heads);
    }

    ref struct Heads : IWork
    {
        public AttentionSizes Sizes;
        public ReadOnlySpan<float> Q, K, V;
        public AttentionMask Mask;
        public Span<float> Y, Weights;
        public int Parts;

        public void Run(int part)
        {
            var sizes = Sizes;
            using var room = new Scratch(Weights.IsEmpty ? sizes.Scores : 0);
            int end = (int)((long)sizes.Count * (part + 1) / Parts);
            for (int head = (int)((long)sizes.Count * part / Parts); head < end; head++)
            {
                var weights = Weights.IsEmpty ? room.Values : Weights.Slice(head * sizes.Scores, sizes.Scores);
                Gemm.Multiply(sizes.Head(Q, head, sizes.Queries, sizes.Width), sizes.Head(K, head, sizes.Keys, sizes.Width).Transposed, new(weights, sizes.Queries, sizes.Keys));
                AttentionWeights.Apply(sizes, Mask.Of(head), weights);
                Gemm.Multiply(new Matrix(weights, sizes.Queries, sizes.Keys), sizes.Head(V, head, sizes.Keys, sizes.ValueWidth), sizes.Target(Y, head, sizes.Queries, sizes.ValueWidth));
            }
        }
    }
}
