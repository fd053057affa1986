using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Normalisations, and functions that make distributions.</summary>
static class NormalisationOperators
{
    const float Epsilon = 1e-5f;

    /// <summary>By the statistics in the file: a served network measures nothing.</summary>
    public static Tensor Batch(TapeCall call)
    {
        if (call.Int("training_mode", 0) != 0) throw call.Wrong("a batch norm in training mode", "one that uses its running statistics", "Export the model in evaluation mode.");
        Tensor x = call.X, mean = call.Input(3), variance = call.Input(4);
        float epsilon = call.Float("epsilon", Epsilon);
        if (!mean.RequiresGradient && !variance.RequiresGradient) return x.BatchNorm(call.Input(1), call.Input(2), mean, variance, training: false, epsilon: epsilon);
        int[] perChannel = [x.Shape[1], .. Enumerable.Repeat(1, x.Shape.Rank - 2)];   // statistics that come from elsewhere
        return ((x - mean.Reshape(perChannel)) / (variance + epsilon).Sqrt().Reshape(perChannel) * call.Input(1).Reshape(perChannel)) + call.Input(2).Reshape(perChannel);
    }

    public static Tensor Instance(TapeCall call) => call.X.GroupNorm(call.X.Shape[1], call.Input(1), call.Input(2), call.Float("epsilon", Epsilon));

    /// <summary>Before operator set 21 scale and bias are given for each group.</summary>
    public static Tensor Group(TapeCall call)
    {
        int groups = (int)call.Int("num_groups", 1), channels = call.X.Shape[1];
        return call.X.GroupNorm(groups, PerChannel(call.Input(1)), PerChannel(call.Input(2)), call.Float("epsilon", Epsilon));

        Tensor PerChannel(Tensor numbers) => call.Opset >= 21 ? numbers : numbers.Reshape(groups, 1).Expand(groups, channels / groups).Reshape(channels);
    }

    /// <summary>Mean and inverse deviation of the rows are there for whoever asks.</summary>
    public static Tensor[] Layer(TapeCall call)
    {
        var rows = Rows(call, out int width);
        var shift = call.Optional(2)?.Reshape(width) ?? Tensor.Zeros(width);
        float epsilon = call.Float("epsilon", Epsilon);
        var y = rows.LayerNorm(call.Input(1).Reshape(width), shift, epsilon).Reshape(call.X.Shape.Sizes);
        if (!call.Wants(1) && !call.Wants(2)) return [y];
        int axis = call.Axis(call.Int("axis", -1), call.X.Shape.Rank);
        int[] sizes = [.. call.X.Shape.Select((size, i) => i < axis ? size : 1)];
        Tensor mean = rows.Mean([1], keep: true), centred = rows - mean;
        return [y, mean.Reshape(sizes), (1 / ((centred * centred).Mean([1], keep: true) + epsilon).Sqrt()).Reshape(sizes)];
    }

    public static Tensor RootMeanSquare(TapeCall call)
    {
        var rows = Rows(call, out int width);
        return rows.RmsNorm(call.Input(1).Reshape(width), call.Float("epsilon", Epsilon)).Reshape(call.X.Shape.Sizes);
    }

    /// <summary>Along one axis; before operator set 13 over everything from that axis on.</summary>
    public static Tensor Distribution(TapeCall call, Func<Tensor, Tensor> overLast)
    {
        var x = call.X;
        int rank = x.Shape.Rank, axis = call.Axis(call.Int("axis", call.Opset < 13 ? 1 : -1), Math.Max(rank, 1));
        if (rank == 0 || axis == rank - 1) return overLast(x);
        if (call.Opset < 13) return overLast(x.Reshape(x.Shape.Sizes[..axis].ToArray().Aggregate(1, (n, size) => n * size), -1)).Reshape(x.Shape.Sizes);
        int[] order = [.. Enumerable.Range(0, rank)];
        (order[axis], order[^1]) = (order[^1], order[axis]);
        return overLast(x.Permute(order)).Permute(order);
    }

    static Tensor Rows(TapeCall call, out int width)
    {
        var x = call.X;
        int axis = call.Axis(call.Int("axis", -1), x.Shape.Rank);
        width = x.Shape.Sizes[axis..].ToArray().Aggregate(1, (n, size) => n * size);
        return x.Reshape(-1, width);
    }
}
