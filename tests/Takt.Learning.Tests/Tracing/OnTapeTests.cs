using Takt.Graphs.Differentiation;
using Takt.Tensors;

namespace Takt.Learning.Tests.Tracing;

/// <summary>Every kind of network, traced and run on the tape, has the gradients of the network itself.</summary>
public class OnTapeTests
{
    public static TheoryData<string> Kinds => ExportTests.Kinds;

    [Theory, MemberData(nameof(Kinds))]
    public void A_traced_network_has_the_gradients_of_the_network(string name)
    {
        var kind = NetworkKinds.Of(name);
        var graph = DifferentiableGraph.Load(kind.Trace());
        Tensor[] inputs = kind.At(3, 1), same = kind.At(3, 1);
        foreach (var input in inputs.Concat(same).Where(i => i.Type == ElementType.Float32)) input.RequiresGradient = true;
        foreach (var parameter in kind.Parameters) parameter.Value.ClearGradient();

        using (var tape = Tape.Start()) tape.Backward(Loss(kind.Forward(inputs)));
        using (var tape = Tape.Start()) tape.Backward(Loss(graph.Run(same)));

        for (int i = 0; i < inputs.Length; i++) AssertClose(inputs[i].Gradient, same[i].Gradient, $"input {i}");
        foreach (var parameter in kind.Parameters.Where(p => p.Value.RequiresGradient))
            AssertClose(parameter.Value.Gradient, Assert.Single(graph.Parameters, p => p.Name == parameter.Name).Value.Gradient, parameter.Name);
    }

    /// <summary>A sum in which every element of every output weighs differently.</summary>
    static Tensor Loss(IReadOnlyList<Tensor> outputs)
    {
        var random = new Generator(17);
        var loss = Tensor.Scalar(0);
        foreach (var output in outputs.Where(o => o.Type == ElementType.Float32)) loss += (output * Tensor.Uniform(output.Shape, 1, random)).Sum();
        return loss;
    }

    /// <summary>Recurrent weights lie in another order in ONNX, and their biases are two there: then the gradients agree as a whole.</summary>
    static void AssertClose(Tensor? expected, Tensor? found, string what)
    {
        if (expected is null && found is null) return;
        Assert.True(expected is not null && found is not null, $"{what}: only one has a gradient");
        float[] a = expected.Values.ToArray(), b = found.Values.ToArray();
        if (expected.Shape != found.Shape || what.Contains("_bias", StringComparison.Ordinal))
        {
            a = [.. a.Order()];
            b = [.. b.Take(a.Length).Order()];
        }

        float scale = Math.Max(1, a.Max(Math.Abs));
        for (int i = 0; i < a.Length; i++) Assert.True(Math.Abs(a[i] - b[i]) <= 2e-4f * scale, $"{what} element {i}: {a[i]} by the network, {b[i]} by the graph");
    }
}
