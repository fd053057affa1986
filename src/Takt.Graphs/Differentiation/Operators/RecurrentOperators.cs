using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Recurrent layers. Whole sequences from zero run as one operation; where states come from outside or the cell is asked for, step by step.</summary>
static class RecurrentOperators
{
    public static Tensor[] Lstm(TapeCall call)
    {
        CheckForm(call, ["sigmoid", "tanh", "tanh"]);
        if (call.Optional(7) is not null || call.Int("input_forget", 0) != 0) throw call.Wrong("an LSTM with peepholes or coupled gates", "a plain one");
        return RecurrentLayer.Run(call, gates: 4, states: 2, (x, weights, h, c) =>
        {
            if (h is null && c is null && !call.Wants(2))
            {
                var y = x.Lstm(Ours(weights.Input, 4, 0, 2, 3, 1), Ours(weights.Hidden, 4, 0, 2, 3, 1), Ours(weights.Bias, 4, 0, 2, 3, 1));
                return (y, y.Select(1, ^1), null);
            }

            return RecurrentLayer.Steps(x, weights, h, c, (inputs, hidden, cell) =>
            {
                var all = (inputs + hidden.Linear(weights.Hidden)).Split(-1, [.. Enumerable.Repeat(weights.Units, 4)]);
                var next = (all[2].Sigmoid() * cell!) + (all[0].Sigmoid() * all[3].Tanh());
                return (all[1].Sigmoid() * next.Tanh(), next);
            });
        });
    }

    public static Tensor[] Gru(TapeCall call)
    {
        CheckForm(call, ["sigmoid", "tanh"]);
        bool resetsAfter = call.Int("linear_before_reset", 0) != 0;
        return RecurrentLayer.Run(call, gates: 3, states: 1, (x, weights, h, _) =>
        {
            if (h is null && resetsAfter)
            {
                var y = x.Gru(Ours(weights.Input, 3, 1, 0, 2), Ours(weights.Hidden, 3, 1, 0, 2), Ours(weights.InputBias, 3, 1, 0, 2), Ours(weights.HiddenBias, 3, 1, 0, 2));
                return (y, y.Select(1, ^1), null);
            }

            int units = weights.Units;
            var (toState, toNew) = (weights.Hidden.Slice(0, ..(2 * units)), weights.Hidden.Slice(0, (2 * units)..));
            Tensor stateBias = weights.HiddenBias.Slice(0, ..(2 * units)), newBias = weights.HiddenBias.Slice(0, (2 * units)..);
            return RecurrentLayer.Steps(x, weights with { Bias = weights.InputBias }, h, null, (inputs, hidden, _) =>
            {
                var gates = (inputs.Slice(-1, ..(2 * units)) + hidden.Linear(toState, stateBias)).Sigmoid().Split(-1, units, units);
                var fresh = inputs.Slice(-1, (2 * units)..) + (resetsAfter ? gates[1] * hidden.Linear(toNew, newBias) : (gates[1] * hidden).Linear(toNew, newBias));
                return (((1 - gates[0]) * fresh.Tanh()) + (gates[0] * hidden), null);
            });
        });
    }

    public static Tensor[] Rnn(TapeCall call)
    {
        string function = call.Texts("activations").FirstOrDefault("Tanh").ToLowerInvariant();
        if (function is not ("tanh" or "relu")) throw call.Wrong($"the activation {function}", "Tanh or Relu");
        return RecurrentLayer.Run(call, gates: 1, states: 1, (x, weights, h, _) => RecurrentLayer.Steps(x, weights, h, null, (inputs, hidden, _) =>
        {
            var sum = inputs + hidden.Linear(weights.Hidden);
            return (function == "tanh" ? sum.Tanh() : sum.Relu(), null);
        }));
    }

    static void CheckForm(TapeCall call, string[] functions)
    {
        string[] named = call.Texts("activations");
        if (named.Where((name, i) => !name.Equals(functions[i % functions.Length], StringComparison.OrdinalIgnoreCase)).Any()) throw call.Wrong($"the activations {string.Join(", ", named)}", string.Join(", ", functions));
        if (call.HasAttribute("clip")) throw call.Wrong("a clip of the gates", "none");
    }

    /// <summary>Gates in our order.</summary>
    /// <param name="theirs">Gates one behind the other along the outermost axis, in ONNX's order.</param>
    /// <param name="gates">How many.</param>
    /// <param name="theirGate">ONNX's gate at each of our places.</param>
    static Tensor Ours(Tensor theirs, int gates, params ReadOnlySpan<int> theirGate)
    {
        var parts = theirs.Split(0, [.. Enumerable.Repeat(theirs.Shape[0] / gates, gates)]);
        Tensor[] ours = new Tensor[gates];
        for (int i = 0; i < gates; i++) ours[i] = parts[theirGate[i]];
        return ours[0].Concat(0, ours.AsSpan(1));
    }
}
