using Takt.Graphs.Onnx;
using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>Turns a network into an ONNX graph by watching it compute.</summary>
/// <remarks>
/// The forward pass runs on a tape twice, with a batch of two rows and with one of three; other sizes that are to stay open differ, too. What differs
/// between the two depends on those sizes and stays open in the graph; what does not is part of the network.
/// </remarks>
public static class Tracer
{
    /// <summary>Traces a network of one input and one output.</summary>
    /// <param name="forward">
    /// The network as it is to be served: without dropout, and with the ending that gives probabilities if it has one
    /// (<c>x => network.Forward(x).Sigmoid()</c>).
    /// </param>
    /// <param name="sample">Any input: at least one row, shape [batch, …]; the values do not matter.</param>
    /// <param name="names">What things are called in the graph.</param>
    /// <returns>A model of operator set 17 with one input and one output, whose first size is the symbolic "batch".</returns>
    /// <exception cref="InvalidOperationException">The network does something that has no ONNX form, or its steps change with the batch.</exception>
    public static ModelProto Trace(Func<Tensor, Tensor> forward, Tensor sample, TraceNames names) =>
        Trace(inputs => [forward(inputs[0])], [new TracedInput(names.Input, sample)], names);

    /// <summary>Traces a network of any inputs and outputs.</summary>
    /// <param name="forward">The network as it is to be served; takes the inputs in their order.</param>
    /// <param name="inputs">Names, samples and open sizes.</param>
    /// <param name="names">What the rest is called.</param>
    /// <returns>A model of operator set 17.</returns>
    /// <exception cref="InvalidOperationException">The network does something that has no ONNX form, or its steps change with an open size.</exception>
    public static ModelProto Trace(Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> forward, IReadOnlyList<TracedInput> inputs, TraceNames names)
    {
        foreach (var input in inputs)
            if (input.Sample.Length == 0 || input.Open.Keys.Any(axis => axis >= input.Sample.Shape.Rank))
                throw new ArgumentException($"a sample of shape {input.Sample.Shape} for '{input.Name}': all of its open axes, and at least one element, were expected");

        var sizes = new OpenSizes(inputs);
        Tensor[] small = [.. inputs.Select(i => sizes.Fill(i, other: false))], large = [.. inputs.Select(i => sizes.Fill(i, other: true))];
        using var tape = Tape.Start();
        var here = Pass.Run(forward, small, tape);
        using var otherTape = Tape.Start();
        var other = Pass.Run(forward, large, otherTape);
        if (!here.Records.Select(r => r.Name).SequenceEqual(other.Records.Select(r => r.Name)))
            throw new InvalidOperationException("The network takes other steps for a batch of two rows than for one of three (or for other open sizes): such a network has no graph.");

        var graph = new TracedGraph(names, inputs, sizes, here, other);
        for (int i = 0; i < here.Records.Count; i++) graph.Add(here.Records[i], other.Records[i]);
        return graph.Build();
    }
}
