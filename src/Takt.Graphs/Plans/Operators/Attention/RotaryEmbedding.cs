using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Rotary position embedding (Su et al. 2021): pairs of numbers of a head turned by an angle that grows with the position. Pairs are halves apart, or neighbours if interleaved.</summary>
/// <remarks>X is [batch, heads, steps, width] or [batch, steps, heads·width]; cosines and sines are [positions, pairs] picked by position_ids, or [batch, steps, pairs] without them. What lies beyond <c>rotary_embedding_dim</c> stays.</remarks>
sealed class RotaryEmbedding(Node node) : Kernel
{
    readonly bool _isInterleaved = node.Int("interleaved", 0) != 0;
    readonly int _heads = (int)Math.Clamp(node.Int("num_heads", 0), 0, 1 << 20), _turned = (int)Math.Clamp(node.Int("rotary_embedding_dim", 0), 0, int.MaxValue);

    public override void Run(Call call)
    {
        Value x = call.Input(0), cosines = call.Input(1), sines = call.Input(2);
        if (x.Rank is not (3 or 4) || x.Type != ElementType.Float32) throw call.Wrong($"X {x}", "Float32 or Float16, [batch, heads, steps, width] or [batch, steps, heads·width]");
        bool inside = x.Rank == 3;
        int heads = inside ? _heads : x.Sizes[1], batch = x.Sizes[0], steps = x.Sizes[^2];
        if (heads == 0 || (inside && x.Sizes[2] % heads != 0)) throw call.Wrong($"{heads} heads for X {Value.Text(x.Sizes)}", "num_heads that divide the last size");
        int width = inside ? x.Sizes[2] / heads : x.Sizes[3], turned = _turned == 0 ? width : _turned, pairs = turned / 2;
        var positions = call.OptionalInput(3);
        bool fits = turned % 2 == 0 && turned <= width && cosines.Sizes.SequenceEqual(sines.Sizes) && cosines.Rank > 0 && cosines.Sizes[^1] == pairs
            && (positions is null ? cosines.Count == batch * steps * pairs : cosines.Rank == 2 && positions.Count == batch * steps);
        if (!fits) throw call.Wrong($"X {Value.Text(x.Sizes)}, cosines {Value.Text(cosines.Sizes)}, sines {Value.Text(sines.Sizes)}", positions is null ? $"[{batch}, {steps}, {pairs}]" : $"[positions, {pairs}] and a position a step");

        ReadOnlySpan<float> from = x.Read<float>(), cos = cosines.Read<float>(), sin = sines.Read<float>();
        var to = call.Output.Write<float>(x.Sizes);
        from.CopyTo(to);
        for (int b = 0; b < batch; b++)
            for (int step = 0; step < steps; step++)
            {
                long row = positions is null ? (b * steps) + step : WholeNumbers.At(positions, (b * steps) + step, call);
                if (row < 0 || (row + 1) * pairs > cos.Length) throw call.Wrong($"position {row}", $"0 to {cosines.Sizes[0] - 1}");
                for (int head = 0; head < heads; head++)
                {
                    int at = inside ? ((((b * steps) + step) * heads) + head) * width : ((((b * heads) + head) * steps) + step) * width;
                    Turn(from.Slice(at, turned), to.Slice(at, turned), cos.Slice((int)row * pairs, pairs), sin.Slice((int)row * pairs, pairs));
                }
            }
    }

    void Turn(ReadOnlySpan<float> from, Span<float> to, ReadOnlySpan<float> cos, ReadOnlySpan<float> sin)
    {
        for (int i = 0; i < cos.Length; i++)
        {
            var (first, second) = _isInterleaved ? (2 * i, (2 * i) + 1) : (i, i + cos.Length);
            (to[first], to[second]) = ((cos[i] * from[first]) - (sin[i] * from[second]), (sin[i] * from[first]) + (cos[i] * from[second]));
        }
    }
}
