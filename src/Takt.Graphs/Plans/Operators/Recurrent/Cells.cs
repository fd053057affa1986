namespace Takt.Graphs.Plans.Operators;

/// <summary>h = f(W·x + R·h + b).</summary>
readonly struct RnnCell : ICell
{
    public void Step<T>(in CellWeights<T> weights, ReadOnlySpan<T> x, Span<T> hidden, Span<T> state, Span<T> room) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        for (int j = 0; j < weights.Hidden; j++)
            room[j] = weights.Apply(0, weights.FromInput(0, j, x) + weights.FromHidden(0, j, hidden) + weights.HiddenBias(0, j));
        room[..weights.Hidden].CopyTo(hidden);
    }
}

/// <summary>Gated recurrent unit (Cho et al. 2014), gates z, r, h: h = (1 − z)·h̃ + z·h with h̃ = g(W·x + R·(r·h) + b), or g(W·x + r·(R·h + b_R) + b_W) if the reset comes after the product.</summary>
readonly struct GruCell(bool linearBeforeReset) : ICell
{
    public void Step<T>(in CellWeights<T> weights, ReadOnlySpan<T> x, Span<T> hidden, Span<T> state, Span<T> room) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int units = weights.Hidden;
        Span<T> update = room[..units], reset = room.Slice(units, units), fresh = room.Slice(2 * units, units), kept = room.Slice(3 * units, units);
        for (int j = 0; j < units; j++)
        {
            update[j] = weights.Apply(0, weights.FromInput(0, j, x) + weights.FromHidden(0, j, hidden) + weights.HiddenBias(0, j));
            reset[j] = weights.Apply(0, weights.FromInput(1, j, x) + weights.FromHidden(1, j, hidden) + weights.HiddenBias(1, j));
            kept[j] = reset[j] * hidden[j];
        }

        for (int j = 0; j < units; j++)
        {
            var recurrent = linearBeforeReset ? reset[j] * (weights.FromHidden(2, j, hidden) + weights.HiddenBias(2, j)) : weights.FromHidden(2, j, kept) + weights.HiddenBias(2, j);
            fresh[j] = weights.Apply(1, weights.FromInput(2, j, x) + recurrent);
        }

        for (int j = 0; j < units; j++) hidden[j] = ((T.One - update[j]) * fresh[j]) + (update[j] * hidden[j]);
    }
}

/// <summary>Long short-term memory (Hochreiter and Schmidhuber 1997), gates i, o, f, c, with peepholes for i, o, f: c = f·c + i·g; h = o·h(c). With coupled gates f = 1 − i.</summary>
readonly struct LstmCell(bool coupled) : ICell
{
    public void Step<T>(in CellWeights<T> weights, ReadOnlySpan<T> x, Span<T> hidden, Span<T> state, Span<T> room) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        int units = weights.Hidden;
        var next = room[(4 * units)..];
        for (int gate = 0; gate < 4; gate++)
            for (int j = 0; j < units; j++)
                room[(gate * units) + j] = weights.FromInput(gate, j, x) + weights.FromHidden(gate, j, hidden) + weights.HiddenBias(gate, j);
        for (int j = 0; j < units; j++)
        {
            var input = weights.Apply(0, room[j] + weights.Peep(0, j, state[j]));
            var forget = coupled ? T.One - input : weights.Apply(0, room[(2 * units) + j] + weights.Peep(2, j, state[j]));
            state[j] = (forget * state[j]) + (input * weights.Apply(1, room[(3 * units) + j]));
            next[j] = weights.Apply(0, room[units + j] + weights.Peep(1, j, state[j])) * weights.Apply(2, state[j]);
        }

        next[..units].CopyTo(hidden);
    }
}
