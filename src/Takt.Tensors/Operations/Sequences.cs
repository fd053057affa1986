using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Batches of sequences of different lengths, filled up to the longest: [batch, steps, features].</summary>
/// <remarks>A recurrent layer needs nothing else: what fills up comes last, so no step before it can see it.</remarks>
public static class Sequences
{
    extension(Tensor x)
    {
        /// <summary>Each sequence backward, what fills it up stays behind it: y[b, t] = x[b, length − 1 − t] for t &lt; length; the gradient takes the same way back.</summary>
        /// <param name="lengths">One for each sequence, Int64 of shape [batch]. As a tensor it can be an input of a traced graph.</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor ReverseSteps(Tensor lengths)
        {
            Check("ReverseSteps", x, lengths, shortest: 0);
            var y = Tape.Allocate(x.Shape);
            var (batch, steps, features) = (x.Shape[0], x.Shape[1], x.Shape[2]);
            for (int b = 0; b < batch; b++)
                for (int t = 0; t < steps; t++)
                    x.Values.Slice(Mirror(b, t) * features, features).CopyTo(y.Values[(((b * steps) + t) * features)..]);
            return Tape.Record("ReverseSequence", [x, lengths], y, dy =>
            {
                var dx = Gradients.Begin(x);
                for (int b = 0; b < batch; b++)
                    for (int t = 0; t < steps; t++)
                        Updates.AddScaled(1, dy.Values.Slice(((b * steps) + t) * features, features), dx[(Mirror(b, t) * features)..]);
            }, new("batch_axis", 0L), new("time_axis", 1L));

            int Mirror(int b, int t) => (b * steps) + (t < lengths.Indices[b] ? (int)lengths.Indices[b] - 1 - t : t);
        }

        /// <inheritdoc cref="ReverseSteps(Tensor, Tensor)"/>
        public Tensor ReverseSteps(ReadOnlyMemory<int> lengths) => x.ReverseSteps(AsTensor(lengths));

        /// <summary>The last step of each sequence that is not filled up: y[b] = x[b, length − 1].</summary>
        /// <param name="lengths">One for each sequence, at least 1, Int64 of shape [batch].</param>
        /// <returns>Shape [batch, features].</returns>
        /// <exception cref="ShapeException">Not one length per sequence, or one beyond 1 … steps.</exception>
        public Tensor LastStep(Tensor lengths)
        {
            Check("LastStep", x, lengths, shortest: 1);
            var (batch, features) = (x.Shape[0], x.Shape[2]);
            var places = (lengths.To(ElementType.Float32) - 1).To(ElementType.Int64);   // exact: no sequence has 16,777,216 steps
            return x.GatherElements(1, places.Reshape(batch, 1, 1).Expand(batch, 1, features)).Reshape(batch, features);
        }

        /// <inheritdoc cref="LastStep(Tensor, Tensor)"/>
        public Tensor LastStep(ReadOnlyMemory<int> lengths) => x.LastStep(AsTensor(lengths));

        /// <summary>Zeros behind the end of each sequence, as PyTorch's <c>pad_packed_sequence</c> leaves them.</summary>
        /// <param name="lengths">One for each sequence, Int64 of shape [batch].</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor ClearBeyond(Tensor lengths) => x.StepsWithin(lengths).Reshape(x.Shape[0], x.Shape[1], 1).Where(x, Tensor.Scalar(0));

        /// <inheritdoc cref="ClearBeyond(Tensor, Tensor)"/>
        public Tensor ClearBeyond(ReadOnlyMemory<int> lengths) => x.ClearBeyond(AsTensor(lengths));

        /// <summary>Which steps belong to each sequence of [batch, steps, features]: a mask [batch, steps]. Reshaped to [batch, 1, 1, steps] it hides from attention what fills up.</summary>
        /// <param name="lengths">One for each sequence, Int64 of shape [batch].</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor StepsWithin(Tensor lengths)
        {
            Check("StepsWithin", x, lengths, shortest: 0);
            var mask = Tape.Allocate([x.Shape[0], x.Shape[1]], ElementType.Bool);
            for (int b = 0; b < lengths.Length; b++)
            {
                var row = mask.Mask.Slice(b * x.Shape[1], x.Shape[1]);
                int length = (int)lengths.Indices[b];
                row[..length].Fill(true);
                row[length..].Clear();
            }

            return Tape.Record("StepsWithin", [x, lengths], mask, _ => { });
        }
    }

    /// <summary>Which steps belong to each sequence: a mask [batch, steps]. Reshaped to [batch, 1, 1, steps] it hides from attention what fills up.</summary>
    /// <param name="lengths">One for each sequence.</param>
    /// <param name="steps">Steps of the longest.</param>
    public static Tensor StepsWithin(ReadOnlySpan<int> lengths, int steps)
    {
        bool[] mask = new bool[lengths.Length * steps];
        for (int b = 0; b < lengths.Length; b++) mask.AsSpan(b * steps, Math.Min(lengths[b], steps)).Fill(true);
        return Tensor.OfMask(mask, lengths.Length, steps);
    }

    static Tensor AsTensor(ReadOnlyMemory<int> lengths)
    {
        var tensor = Tape.Allocate([lengths.Length], ElementType.Int64);
        for (int b = 0; b < lengths.Length; b++) tensor.Indices[b] = lengths.Span[b];
        return tensor;
    }

    static void Check(string operation, Tensor x, Tensor lengths, int shortest)
    {
        if (x.Shape.Rank != 3 || lengths.Shape != [x.Shape[0]])
            throw new ShapeException(operation, $"x {x.Shape}, {lengths.Length} lengths", "[batch, steps, features] and one length per sequence", "Give a length for each sequence.");
        foreach (long length in lengths.Indices)
            if (length < shortest || length > x.Shape[1])
                throw new ShapeException(operation, $"a length of {length} in {x.Shape}", $"{shortest} to {x.Shape[1]}", "Check the lengths.");
    }
}
