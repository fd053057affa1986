using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Batches of sequences of different lengths, filled up to the longest: [batch, steps, features].</summary>
/// <remarks>A recurrent layer needs nothing else: what fills up comes last, so no step before it can see it.</remarks>
public static class Sequences
{
    extension(Tensor x)
    {
        /// <summary>Each sequence backward, what fills it up stays behind it: y[b, t] = x[b, length − 1 − t] for t &lt; length; the gradient takes the same way back.</summary>
        /// <param name="lengths">One for each sequence.</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor ReverseSteps(ReadOnlyMemory<int> lengths)
        {
            Check("ReverseSteps", x, lengths.Span, shortest: 0);
            var y = Tape.Allocate(x.Shape);
            var (batch, steps, features) = (x.Shape[0], x.Shape[1], x.Shape[2]);
            for (int b = 0; b < batch; b++)
                for (int t = 0; t < steps; t++)
                    x.Values.Slice(Mirror(b, t) * features, features).CopyTo(y.Values[(((b * steps) + t) * features)..]);
            return Tape.Record("ReverseSequence", [x], y, dy =>
            {
                var dx = Gradients.Begin(x);
                for (int b = 0; b < batch; b++)
                    for (int t = 0; t < steps; t++)
                        Updates.AddScaled(1, dy.Values.Slice(((b * steps) + t) * features, features), dx[(Mirror(b, t) * features)..]);
            }, new("batch_axis", 0L), new("time_axis", 1L), new("sequence_lens", Array.ConvertAll(lengths.ToArray(), length => (long)length)));

            int Mirror(int b, int t) => (b * steps) + (t < lengths.Span[b] ? lengths.Span[b] - 1 - t : t);
        }

        /// <summary>The last step of each sequence that is not filled up: y[b] = x[b, length − 1].</summary>
        /// <param name="lengths">One for each sequence, at least 1.</param>
        /// <returns>Shape [batch, features].</returns>
        /// <exception cref="ShapeException">Not one length per sequence, or one beyond 1 … steps.</exception>
        public Tensor LastStep(ReadOnlyMemory<int> lengths)
        {
            Check("LastStep", x, lengths.Span, shortest: 1);
            long[] rows = new long[lengths.Length];
            for (int b = 0; b < rows.Length; b++) rows[b] = (b * x.Shape[1]) + lengths.Span[b] - 1L;
            return x.Reshape(-1, x.Shape[2]).Gather(0, Tensor.OfIndices(rows, rows.Length));
        }

        /// <summary>Zeros behind the end of each sequence, as PyTorch's <c>pad_packed_sequence</c> leaves them.</summary>
        /// <param name="lengths">One for each sequence.</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor ClearBeyond(ReadOnlyMemory<int> lengths)
        {
            Check("ClearBeyond", x, lengths.Span, shortest: 0);
            return StepsWithin(lengths.Span, x.Shape[1]).Reshape(lengths.Length, x.Shape[1], 1).Where(x, Tensor.Scalar(0));
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

    static void Check(string operation, Tensor x, ReadOnlySpan<int> lengths, int shortest)
    {
        if (x.Shape.Rank != 3 || x.Shape[0] != lengths.Length)
            throw new ShapeException(operation, $"x {x.Shape}, {lengths.Length} lengths", "[batch, steps, features] and one length per sequence", "Give a length for each sequence.");
        foreach (int length in lengths)
            if (length < shortest || length > x.Shape[1])
                throw new ShapeException(operation, $"a length of {length} in {x.Shape}", $"{shortest} to {x.Shape[1]}", "Check the lengths.");
    }
}
