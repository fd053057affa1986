using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Scaled dot-product attention, backward: with weights p, dv = pᵀ·dy; dp = dy·vᵀ; ds = scale·p·(dp − Σ dp·p); dq = ds·k; dk = dsᵀ·q.</summary>
static class AttentionBackward
{
    /// <summary>Computes the gradients, or adds to those that are there.</summary>
    public static void Run(AttentionSizes sizes, ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, ReadOnlySpan<float> weights, ReadOnlySpan<float> dy, Wanted dq, Wanted dk, Wanted dv)
    {
        var heads = new Heads { Sizes = sizes, Q = q, K = k, V = v, Weights = weights, Dy = dy, Dq = dq, Dk = dk, Dv = dv, Parts = sizes.Parts };
        Workers.Run(heads.Parts, ref heads);
    }

    /// <summary>A gradient to be computed; empty where it is not wanted.</summary>
    /// <param name="values">Where it goes.</param>
    /// <param name="accumulate">Add to what is there.</param>
    public readonly ref struct Wanted(Span<float> values, bool accumulate)
    {
        public Span<float> Values { get; } = values;

        public bool Accumulate => accumulate;

        public bool IsEmpty => Values.IsEmpty;
    }

    ref struct Heads : IWork
    {
        public AttentionSizes Sizes;
        public ReadOnlySpan<float> Q, K, V, Weights, Dy;
        public Wanted Dq, Dk, Dv;
        public int Parts;

        public void Run(int part)
        {
            var s = Sizes;
            using var room = new Scratch(s.Scores);
            int end = (int)((long)s.Count * (part + 1) / Parts);
            for (int head = (int)((long)s.Count * part / Parts); head < end; head++)
            {
                var p = Weights.Slice(head * s.Scores, s.Scores);
                Matrix weights = new(p, s.Queries, s.Keys), dy = s.Head(Dy, head, s.Queries, s.ValueWidth), slopes = new(room.Values, s.Queries, s.Keys);
                if (!Dv.IsEmpty) Gemm.Multiply(weights.Transposed, dy, s.Target(Dv.Values, head, s.Keys, s.ValueWidth), Dv.Accumulate);
                if (Dq.IsEmpty && Dk.IsEmpty) continue;
                Gemm.Multiply(dy, s.Head(V, head, s.Keys, s.ValueWidth).Transposed, new(room.Values, s.Queries, s.Keys));
                AttentionWeights.Slope(s, p, room.Values);
                if (!Dq.IsEmpty) Gemm.Multiply(slopes, s.Head(K, head, s.Keys, s.Width), s.Target(Dq.Values, head, s.Queries, s.Width), Dq.Accumulate);
                if (!Dk.IsEmpty) Gemm.Multiply(slopes.Transposed, s.Head(Q, head, s.Queries, s.Width), s.Target(Dk.Values, head, s.Keys, s.Width), Dk.Accumulate);
            }
        }
    }
}
