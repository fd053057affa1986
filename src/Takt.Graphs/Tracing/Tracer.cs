using Takt.Graphs.Onnx;
using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>Turns a network into an ONNX graph by watching it compute.</summary>
/// <remarks>
/// The forward pass runs on a tape twice, with a batch of two rows and with one of three. What differs between the two depends on the batch and
/// stays open in the graph; what does not is part of the network.
/// </remarks>
public static class Tracer
{
    /// <summary>Traces a network.</summary>
    /// <param name="forward">
    /// The network as it is to be served: without dropout, and with the ending that gives probabilities if it has one
    /// (<c>x => network.Forward(x).Sigmoid()</c>).
    /// </param>
    /// <param name="sample">Any input: at least one row, shape [batch, …]; the values do not matter.</param>
    /// <param name="names">What things are called in the graph.</param>
    /// <returns>A model of operator set 17 with one input and one output, whose first size is the symbolic "batch".</returns>
    /// <exception cref="InvalidOperationException">The network does something that has no ONNX form, or its steps change with the batch.</exception>
    public static ModelProto Trace(Func<Tensor, Tensor> forward, Tensor sample, TraceNames names)
    {
        if (sample.Shape.Rank == 0 || sample.Shape[0] == 0) throw new ArgumentException($"a sample of shape {sample.Shape}: at least one row was expected");
        using var tapeOfTwo = Tape.Start();
        var two = Pass.Run(forward, Rows(sample, 2), tapeOfTwo);
        using var tapeOfThree = Tape.Start();
        var three = Pass.Run(forward, Rows(sample, 3), tapeOfThree);
        if (!two.Records.Select(r => r.Name).SequenceEqual(three.Records.Select(r => r.Name)))
            throw new InvalidOperationException("The network takes other steps for a batch of two rows than for one of three: such a network has no graph.");

        var graph = new TracedGraph(names, two);
        for (int i = 0; i < two.Records.Count; i++) graph.Add(two.Records[i], three.Records[i]);
        return graph.Build(two.Output);
    }

    /// <summary>As many rows as asked for, taken from the sample again and again.</summary>
    static Tensor Rows(Tensor sample, int count)
    {
        int row = sample.Length / sample.Shape[0];
        float[] values = new float[count * row];
        for (int i = 0; i < count; i++) sample.Values.Slice(i % sample.Shape[0] * row, row).CopyTo(values.AsSpan(i * row));
        return Tensor.Of(values, [count, .. sample.Shape.Sizes[1..]]);
    }
}
