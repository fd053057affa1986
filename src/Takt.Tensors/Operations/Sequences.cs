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
        public Tensor ReverseSteps(Tensor lengths) => Tape.Run<Reversed>(x, lengths);

        /// <inheritdoc cref="ReverseSteps(Tensor, Tensor)"/>
        public Tensor ReverseSteps(ReadOnlyMemory<int> lengths) => x.ReverseSteps(Lengths(lengths));

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
        public Tensor LastStep(ReadOnlyMemory<int> lengths) => x.LastStep(Lengths(lengths));

        /// <summary>Zeros behind the end of each sequence, as PyTorch's <c>pad_packed_sequence</c> leaves them.</summary>
        /// <param name="lengths">One for each sequence, Int64 of shape [batch].</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor ClearBeyond(Tensor lengths) => x.StepsWithin(lengths).Reshape(x.Shape[0], x.Shape[1], 1).Where(x, Tensor.Constant(0));

        /// <inheritdoc cref="ClearBeyond(Tensor, Tensor)"/>
        public Tensor ClearBeyond(ReadOnlyMemory<int> lengths) => x.ClearBeyond(Lengths(lengths));

        /// <summary>Which steps belong to each sequence of [batch, steps, features]: a mask [batch, steps]. Reshaped to [batch, 1, 1, steps] it hides from attention what fills up.</summary>
        /// <param name="lengths">One for each sequence, Int64 of shape [batch].</param>
        /// <exception cref="ShapeException">Not one length per sequence, or one that is longer than the steps.</exception>
        public Tensor StepsWithin(Tensor lengths) => Tape.Run<Within>(x, lengths);
    }

    /// <summary>Which steps belong to each sequence: a mask [batch, steps]. Reshaped to [batch, 1, 1, steps] it hides from attention what fills up.</summary>
    /// <param name="lengths">One for each sequence.</param>
    /// <param name="steps">Steps of the longest.</param>
    /// <exception cref="ShapeException">A length is below 0 or beyond the steps.</exception>
    public static Tensor StepsWithin(ReadOnlySpan<int> lengths, int steps)
    {
        bool[] mask = new bool[lengths.Length * steps];
        for (int b = 0; b < lengths.Length; b++)
        {
            if (lengths[b] < 0 || lengths[b] > steps) throw new ShapeException("StepsWithin", $"a length of {lengths[b]} in {steps} steps", $"0 to {steps}", "Check the lengths.");
            mask.AsSpan(b * steps, lengths[b]).Fill(true);
        }

        return Tensor.OfMask(mask, lengths.Length, steps);
    }

    /// <summary>Lengths as a tensor, Int64 of shape [batch]. On a tape that runs again it is the same tensor, with what the array then holds.</summary>
    /// <param name="lengths">One for each sequence.</param>
    public static Tensor Lengths(ReadOnlyMemory<int> lengths) => Tape.Run<GivenLengths, ReadOnlyMemory<int>>(lengths);

    static void Check(string operation, Tensor x, Tensor lengths, int shortest)
    {
        if (x.Shape.Rank != 3 || lengths.Shape.Rank != 1 || lengths.Length != x.Shape[0])
            throw new ShapeException(operation, $"x {x.Shape}, {lengths.Length} lengths", "[batch, steps, features] and one length per sequence", "Give a length for each sequence.");
        foreach (long length in lengths.Indices)
            if (length < shortest || length > x.Shape[1])
                throw new ShapeException(operation, $"a length of {length} in {x.Shape}", $"{shortest} to {x.Shape[1]}", "Check the lengths.");
    }

    /// <summary>Lengths that were given as an array, which may hold others the next time.</summary>
    sealed class GivenLengths : Record<ReadOnlyMemory<int>>
    {
        public override string Name => "Constant";

        internal override Tensor Prepare() => Room([Settings.Length], ElementType.Int64);

        internal override void Forward()
        {
            var lengths = Output.Indices;
            for (int b = 0; b < lengths.Length; b++) lengths[b] = Settings.Span[b];
        }
    }

    sealed class Within : Record<ValueTuple>
    {
        public override string Name => "StepsWithin";

        internal override Tensor Prepare()
        {
            Check(Name, this[0], this[1], shortest: 0);
            return Room([this[0].Shape[0], this[0].Shape[1]], ElementType.Bool);
        }

        internal override void Forward()
        {
            Check(Name, this[0], this[1], shortest: 0);
            var mask = Output.Mask;
            int steps = Output.Shape[1];
            mask.Clear();
            for (int b = 0; b < Output.Shape[0]; b++) mask.Slice(b * steps, (int)this[1].Indices[b]).Fill(true);
        }
    }

    sealed class Reversed : Record<ValueTuple>
    {
        public override string Name => "ReverseSequence";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("batch_axis", 0L), new("time_axis", 1L)];

        internal override Tensor Prepare()
        {
            Check("ReverseSteps", this[0], this[1], shortest: 0);
            return Room(this[0].Shape);
        }

        internal override void Forward()
        {
            Check("ReverseSteps", this[0], this[1], shortest: 0);
            Span<float> x = this[0].Values, y = Output.Values;
            var (batch, steps, features) = (this[0].Shape[0], this[0].Shape[1], this[0].Shape[2]);
            for (int b = 0; b < batch; b++)
                for (int t = 0; t < steps; t++) x.Slice(Mirror(b, t) * features, features).CopyTo(y[(((b * steps) + t) * features)..]);
        }

        internal override void Backward(Tensor dy)
        {
            Span<float> dx = Gradients.Begin(this[0]), gradient = dy.Values;
            var (batch, steps, features) = (this[0].Shape[0], this[0].Shape[1], this[0].Shape[2]);
            for (int b = 0; b < batch; b++)
                for (int t = 0; t < steps; t++) Updates.AddScaled(1, gradient.Slice(((b * steps) + t) * features, features), dx[(Mirror(b, t) * features)..]);
        }

        int Mirror(int b, int t)
        {
            int length = (int)this[1].Indices[b];
            return (b * this[0].Shape[1]) + (t < length ? length - 1 - t : t);
        }
    }
}
