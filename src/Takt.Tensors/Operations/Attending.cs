using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Steps of sequences that look at each other.</summary>
public static class Attending
{
    extension(Tensor queries)
    {
        /// <summary>Scaled dot-product attention (Vaswani et al. 2017, arXiv:1706.03762): softmax(scale·q·kᵀ)·v in every head.</summary>
        /// <param name="keys">[batch, keys, heads·width], or [batch, heads, keys, width] when the queries have four axes too.</param>
        /// <param name="values">As the keys, of any width.</param>
        /// <param name="heads">How many heads lie side by side in the innermost axis; with four axes the shape tells.</param>
        /// <param name="mask">Bool, broadcasts to [batch, heads, queries, keys]: true lets through. A query that may see nothing gets zeros.</param>
        /// <param name="causal">Query i sees keys 0 … i only.</param>
        /// <param name="scale">Factor of the scores, above 0; 1/√width unless given.</param>
        /// <returns>As the queries, with the width of the values.</returns>
        /// <remarks>Recorded as ONNX <c>Attention</c> (operator set 23), the mask as its fourth input.</remarks>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Tensor Attention(Tensor keys, Tensor values, int heads = 1, Tensor? mask = null, bool causal = false, float? scale = null)
        {
            var settings = (SizesOf(queries, keys, values, heads, causal, scale), Tape.IsRecording && (queries.RequiresGradient || keys.RequiresGradient || values.RequiresGradient));
            return mask is null
                ? Tape.Run<Attended, (AttentionSizes, bool)>(settings, queries, keys, values)
                : Tape.Run<Attended, (AttentionSizes, bool)>(settings, queries, keys, values, mask);
        }
    }

    sealed class Attended : Record<(AttentionSizes Sizes, bool KeepsWeights)>
    {
        Tensor? _weights;

        public override string Name => "Attention";

        public override IReadOnlyList<OperationAttribute> Attributes =>
        [
            new("is_causal", Settings.Sizes.IsCausal ? 1L : 0L), new("q_num_heads", (long)Settings.Sizes.Heads), new("kv_num_heads", (long)Settings.Sizes.Heads), new("scale", Settings.Sizes.Scale),
        ];

        internal override Tensor Prepare()
        {
            var sizes = Settings.Sizes;
            if (Settings.KeepsWeights) _weights = Room([sizes.Count, sizes.Queries, sizes.Keys]);
            return Room([.. this[0].Shape.Sizes[..^1], sizes.HeadsInside ? sizes.Heads * sizes.ValueWidth : sizes.ValueWidth]);
        }

        internal override void Forward() => AttentionForward.Run(
            Settings.Sizes, this[0].Values, this[1].Values, this[2].Values, Optional(3) is { } mask ? new(mask.Mask, mask.Shape.Sizes, Settings.Sizes) : default,
            Output.Values, _weights is { } weights ? weights.Values : default);

        internal override void Backward(Tensor dy)
        {
            var (q, k, v) = (this[0], this[1], this[2]);
            AttentionBackward.Wanted dv = Wanted(v), dq = Wanted(q), dk = Wanted(k);   // in the order they are written: two of them may be one tensor
            AttentionBackward.Run(Settings.Sizes, q.Values, k.Values, v.Values, _weights!.Values, dy.Values, dq, dk, dv);
        }

        static AttentionBackward.Wanted Wanted(Tensor x) => x.RequiresGradient ? new(Gradients.Of(x, out bool accumulate), accumulate) : default;
    }

    static AttentionSizes SizesOf(Tensor q, Tensor k, Tensor v, int heads, bool causal, float? scale)
    {
        int rank = q.Shape.Rank;
        bool inside = rank == 3;
        if (rank == 4) heads = q.Shape[1];
        bool fits = rank is 3 or 4 && k.Shape.Rank == rank && v.Shape.Rank == rank && heads > 0
            && q.Shape[0] == k.Shape[0] && k.Shape[0] == v.Shape[0] && k.Shape[^2] == v.Shape[^2] && q.Shape[^1] == k.Shape[^1]
            && (inside ? q.Shape[2] % heads == 0 && v.Shape[2] % heads == 0 : k.Shape[1] == heads && v.Shape[1] == heads);
        if (!fits)
            throw new ShapeException("Attention", $"queries {q.Shape}, keys {k.Shape}, values {v.Shape}, {heads} heads",
                "[batch, steps, heads·width] or [batch, heads, steps, width], keys as wide as queries, as many values as keys", "Check the layers that made them; the width must divide by the heads.");
        int width = inside ? q.Shape[2] / heads : q.Shape[3], valueWidth = inside ? v.Shape[2] / heads : v.Shape[3];
        float factor = scale ?? 1 / MathF.Sqrt(Math.Max(width, 1));
        if (!(factor > 0)) throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale of attention is above 0.");
        return new(q.Shape[0], heads, q.Shape[^2], k.Shape[^2], width, valueWidth, inside, causal, factor);
    }
}
