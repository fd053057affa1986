using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>What the recurrent operators of ONNX share: layouts, directions, initial states, the loop over steps.</summary>
static class RecurrentLayer
{
    /// <summary>Weights of one direction.</summary>
    /// <param name="Input">[gates·units, inputs].</param>
    /// <param name="Hidden">[gates·units, units].</param>
    /// <param name="InputBias">[gates·units].</param>
    /// <param name="HiddenBias">[gates·units].</param>
    public sealed record Weights(Tensor Input, Tensor Hidden, Tensor InputBias, Tensor HiddenBias)
    {
        Tensor? _bias;

        public int Units => Hidden.Shape[1];

        /// <summary>Both together, or what stands beside the inputs alone.</summary>
        public Tensor Bias
        {
            get => _bias ??= InputBias + HiddenBias;
            init => _bias = value;
        }
    }

    /// <summary>One direction over [batch, steps, inputs] from its states; gives every step, the last state and the last cell.</summary>
    public delegate (Tensor Steps, Tensor State, Tensor? Cell) Direction(Tensor x, Weights weights, Tensor? state, Tensor? cell);

    /// <summary>One step: from inputs·Wᵀ + bias and the states before it to the states after it.</summary>
    public delegate (Tensor State, Tensor? Cell) Step(Tensor inputs, Tensor state, Tensor? cell);

    /// <summary>Runs the directions and arranges what they give as ONNX wants it.</summary>
    public static Tensor[] Run(TapeCall call, int gates, int states, Direction run)
    {
        bool batchFirst = call.Int("layout", 0) != 0;
        var x = batchFirst ? call.X : call.X.Permute(1, 0, 2);
        if (call.Optional(4) is { } lengths && lengths.Indices.ToArray().Any(length => length != x.Shape[1]))
            throw call.Wrong("sequences of different lengths", "sequences that fill all steps", "Export the model without packed sequences.");
        string[] directions = call.Text("direction", "forward") switch { "bidirectional" => ["forward", "reverse"], var one => [one] };
        var results = directions.Select((direction, d) =>
        {
            bool isReverse = direction == "reverse";
            var (y, h, c) = run(isReverse ? x.Flip(1) : x, WeightsOf(call, d, gates), StateOf(call, 5, d, batchFirst), states > 1 ? StateOf(call, 6, d, batchFirst) : null);
            return (Steps: isReverse ? y.Flip(1) : y, State: h, Cell: c);
        }).ToArray();

        int axis = batchFirst ? 2 : 1, stateAxis = batchFirst ? 1 : 0;
        var all = Stack([.. results.Select(r => batchFirst ? r.Steps : r.Steps.Permute(1, 0, 2))], axis);
        var last = Stack([.. results.Select(r => r.State)], stateAxis);
        return results[0].Cell is null ? [all, last] : [all, last, Stack([.. results.Select(r => r.Cell!)], stateAxis)];
    }

    /// <summary>The loop over steps.</summary>
    public static (Tensor Steps, Tensor State, Tensor? Cell) Steps(Tensor x, Weights weights, Tensor? state, Tensor? cell, Step step)
    {
        var inputs = x.Linear(weights.Input, weights.Bias);
        var h = state ?? Tensor.Zeros(x.Shape[0], weights.Units);
        var c = cell ?? Tensor.Zeros(x.Shape[0], weights.Units);
        var all = new Tensor[x.Shape[1]];
        for (int t = 0; t < all.Length; t++)
        {
            (h, var next) = step(inputs.Select(1, t), h, c);
            c = next ?? c;
            all[t] = h;
        }

        return (Stack(all, 1), h, c);
    }

    /// <summary>Tensors side by side along a new axis.</summary>
    static Tensor Stack(Tensor[] parts, int axis)
    {
        int[] sizes = [.. parts[0].Shape.Sizes[..axis], 1, .. parts[0].Shape.Sizes[axis..]];
        Tensor[] apart = [.. parts.Select(part => part.Reshape(sizes))];
        return apart.Length == 1 ? apart[0] : apart[0].Concat(axis, apart.AsSpan(1));
    }

    static Weights WeightsOf(TapeCall call, int direction, int gates)
    {
        Tensor w = call.Input(1).Select(0, direction), r = call.Input(2).Select(0, direction);
        int width = gates * r.Shape[1];
        var bias = call.Optional(3)?.Select(0, direction) ?? Tensor.Zeros(2 * width);
        return new(w, r, bias.Slice(0, ..width), bias.Slice(0, width..));
    }

    static Tensor? StateOf(TapeCall call, int input, int direction, bool batchFirst) => call.Optional(input)?.Select(batchFirst ? 1 : 0, direction);
}
