using Takt.Graphs.Tracing;
using Takt.Learning.Layers;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Tests.Tracing;

/// <summary>A network of every kind that can be built, small and with weights away from their starting values.</summary>
static class NetworkKinds
{
    static readonly string[] s_batch = ["batch"], s_steps = ["batch", "steps"];

    public static IReadOnlyList<NetworkKind> All { get; } = Shaken(new Generator(11));

    public static NetworkKind Of(string name) => All.Single(kind => kind.Name == name);

    static List<NetworkKind> Shaken(Generator random)
    {
        List<NetworkKind> kinds = [.. Rows(random), .. Convolutions(random), .. Norms(random), .. Recurrent(random), .. Lengths(random), .. Attention(random), .. Moving(random)];
        foreach (var kind in kinds)
            foreach (var parameter in kind.Parameters)
                foreach (ref float value in parameter.Value.Values) value = Math.Abs((value * 0.8f) + (0.4f * random.NextSingle()) + 0.05f) * (parameter.Name.EndsWith("var", StringComparison.Ordinal) || random.NextBool(0.5) ? 1 : -1);
        return kinds;
    }

    static IEnumerable<NetworkKind> Rows(Generator random)
    {
        yield return NetworkKind.Of("dense", new Sequential(
        [
            new("first", new Linear(6, 9, random)), new("gelu", new ActivationLayer(Activation.Gelu)), new("drop", new Dropout(0.5f)), new("second", new Linear(9, 9, random)),
            new("silu", new ActivationLayer(Activation.Silu)), new("third", new Linear(9, 3, random)),
        ]), Numbers(random, s_batch, 4, 6));
        yield return new NetworkKind("every activation and distribution", x =>
        [
            x[0].Relu().Concat(1, x[0].LeakyRelu(), x[0].Tanh(), x[0].Sigmoid(), x[0].Gelu(), x[0].GeluTanh(), x[0].Silu(), -x[0], x[0].Softmax()), x[0].LogSoftmax(),
        ], [], Numbers(random, s_batch, 4, 6)) { Outputs = ["all", "log"] };
        yield return NetworkKind.Of("ensemble", new Ensemble([new Linear(6, 2, random), new Linear(6, 2, random)]), Numbers(random, s_batch, 4, 6));
        var embedding = new Embedding(13, 5, random);
        yield return new NetworkKind("tokens", x => [embedding.Forward(x[0], Mode.Evaluation).Mean([1])], [new("embedding", embedding)], Tokens(random, 13, s_steps, 3, 7));
        var features = new Linear(4, 5, random);
        yield return new NetworkKind("tokens and numbers, two outputs", x =>
        {
            var both = embedding.Forward(x[0], Mode.Evaluation).Mean([1]).Concat(-1, features.Forward(x[1], Mode.Evaluation));
            return [both.Softmax(), both.ArgMax(1)];
        }, [new("embedding", embedding), new("features", features)], Tokens(random, 13, s_steps, 3, 7), Numbers(random, s_batch, 3, 4) with { Name = "numbers" }) { Outputs = ["probability", "class"] };
    }

    static IEnumerable<NetworkKind> Convolutions(Generator random)
    {
        yield return NetworkKind.Of("convolution of sequences", new Sequential(
        [
            new("conv", new Conv1d(4, 8, 3, random, stride: 2, padding: 2, dilation: 2, groups: 2)), new("pool", new MaxPool1d(2, 1, 1)), new("relu", new ActivationLayer(Activation.Relu)),
            new("thin", new Conv1d(8, 6, 1, random, biased: false)), new("mean", new AveragePool1d(3, 2, 1)), new("all", new GlobalAveragePool()), new("flat", new Flatten()), new("head", new Linear(6, 2, random)),
        ]), Numbers(random, s_batch, 2, 4, 21));
        yield return NetworkKind.Of("convolution of images", new Sequential(
        [
            new("conv", new Conv2d(3, 8, (3, 5), random, stride: (1, 2), padding: (1, 2))), new("relu", new ActivationLayer(Activation.Relu)), new("pool", new MaxPool2d(3, 2, 1)),
            new("depthwise", new Conv2d(8, 8, 3, random, padding: 2, dilation: 2, groups: 8)), new("mean", new AveragePool2d(2, 1, 1)), new("flat", new Flatten()), new("head", new Linear(8 * 6 * 4, 2, random)),
        ]), Numbers(random, s_batch, 2, 3, 9, 11));
        yield return NetworkKind.Of("transposed convolution", new Sequential(
        [
            new("wide", new ConvTranspose2d(4, 6, (3, 2), random, stride: 2, padding: (1, 0), outputPadding: (1, 0), groups: 2)), new("tanh", new ActivationLayer(Activation.Tanh)),
            new("even", new ConvTranspose2d(6, 3, 3, random, padding: 1, dilation: 1, biased: false)),
        ]), Numbers(random, s_batch, 2, 4, 3, 5));
        yield return new NetworkKind("pools of all kinds", x => [x[0].AdaptiveAveragePool2d((2, 3)).Reshape(x[0].Shape[0], -1).Concat(1, x[0].GlobalAveragePool().Reshape(x[0].Shape[0], -1), x[0].AveragePool2d(3, 3, 1, countsPadding: false).Reshape(x[0].Shape[0], -1))],
            [], Numbers(random, s_batch, 2, 3, 8, 9));
        yield return NetworkKind.Of("residual network", new Sequential(
        [
            new("stem", new Conv2d(3, 4, 3, random, padding: 1, biased: false)), new("norm", new BatchNorm(4)), new("relu", new ActivationLayer(Activation.Relu)), new("block1", new ResidualBlock(4, 4, random)),
            new("block2", new ResidualBlock(4, 8, random, stride: 2)), new("pool", new GlobalAveragePool()), new("flat", new Flatten()), new("head", new Linear(8, 5, random)),
        ]), Numbers(random, s_batch, 2, 3, 8, 8));
        yield return NetworkKind.Of("convolution over any image", new Sequential([new("conv", new Conv2d(2, 4, 3, random, stride: 2, padding: 1)), new("norm", new GroupNorm(2, 4)), new("pool", new GlobalAveragePool()), new("flat", new Flatten())]),
            Numbers(random, ["batch", null!, "height", "width"], 2, 2, 9, 7));
    }

    static IEnumerable<NetworkKind> Norms(Generator random)
    {
        yield return NetworkKind.Of("batch norm of rows", new Sequential([new("norm", new BatchNorm(5)), new("head", new Linear(5, 2, random))]), Numbers(random, s_batch, 3, 5));
        yield return NetworkKind.Of("batch norm of sequences", new BatchNorm(5, epsilon: 1e-3f), Numbers(random, s_batch, 3, 5, 4));
        yield return NetworkKind.Of("group norm of images", new GroupNorm(3, 6), Numbers(random, s_batch, 3, 6, 4, 5));
        yield return NetworkKind.Of("group norm of rows", new GroupNorm(2, 6), Numbers(random, s_batch, 3, 6));
        yield return NetworkKind.Of("layer norm", new LayerNorm(6), Numbers(random, s_steps, 3, 4, 6));
        yield return NetworkKind.Of("root-mean-square norm", new RmsNorm(6), Numbers(random, s_steps, 3, 4, 6));
    }

    static IEnumerable<NetworkKind> Recurrent(Generator random)
    {
        yield return NetworkKind.Of("stacked LSTM", new Sequential([new("one", new Lstm(3, 4, random)), new("two", new Lstm(4, 5, random)), new("last", new LastStep()), new("head", new Linear(5, 1, random))]), Numbers(random, s_steps, 2, 6, 3));
        yield return NetworkKind.Of("stacked GRU", new Sequential([new("one", new Gru(3, 4, random)), new("two", new Gru(4, 5, random)), new("mean", new MeanStep()), new("head", new Linear(5, 1, random))]), Numbers(random, s_steps, 2, 6, 3));
        yield return NetworkKind.Of("LSTM both ways", new Sequential([new("both", new Bidirectional(new Lstm(3, 4, random), new Lstm(3, 4, random))), new("each", new Linear(8, 2, random))]), Numbers(random, s_steps, 2, 6, 3));
        yield return NetworkKind.Of("GRU both ways", new Bidirectional(new Gru(3, 4, random), new Gru(3, 4, random)), Numbers(random, s_steps, 2, 6, 3));
    }

    static IEnumerable<NetworkKind> Lengths(Generator random)
    {
        var (both, head) = (new Bidirectional(new Lstm(3, 4, random), new Lstm(3, 4, random)), new Linear(8, 2, random));
        yield return new NetworkKind("LSTM both ways over lengths", x => [head.Forward(both.Forward(x[0], x[1], Mode.Evaluation), Mode.Evaluation).LastStep(x[1])], [new("both", both), new("head", head)],
            Numbers(random, s_steps, 3, 6, 3), TracedInput.Of("lengths", Tensor.OfIndices([6, 2, 4], 3), "batch"));
        var gru = new Gru(3, 4, random);
        yield return new NetworkKind("GRU over lengths", x => [gru.Forward(x[0], Mode.Evaluation).ClearBeyond(x[1]).Sum([1])], [new("gru", gru)],
            Numbers(random, s_steps, 3, 6, 3), TracedInput.Of("lengths", Tensor.OfIndices([6, 1, 4], 3), "batch"));
        var encoder = new TransformerEncoderLayer(8, 2, 16, random);
        yield return new NetworkKind("encoder over lengths", x => [encoder.Forward(x[0], x[0].StepsWithin(x[1]).Reshape(x[0].Shape[0], 1, 1, x[0].Shape[1]), Mode.Evaluation).ClearBeyond(x[1])], [new("encoder", encoder)],
            Numbers(random, s_steps, 3, 5, 8), TracedInput.Of("lengths", Tensor.OfIndices([2, 5, 3], 3), "batch"));
    }

    static IEnumerable<NetworkKind> Attention(Generator random)
    {
        yield return NetworkKind.Of("self-attention", new MultiHeadAttention(8, 2, random), Numbers(random, s_steps, 2, 5, 8));
        yield return NetworkKind.Of("causal attention over fixed steps", new MultiHeadAttention(8, 2, random, causal: true), Numbers(random, s_batch, 2, 5, 8));
        yield return NetworkKind.Of("causal attention over any steps", new MultiHeadAttention(8, 2, random, causal: true), Numbers(random, s_steps, 2, 5, 8));
        yield return new NetworkKind("attention with heads apart", x => [x[0].Attention(x[0], x[0].Tanh(), scale: 0.3f)], [], Numbers(random, s_batch, 2, 3, 5, 4));
        yield return NetworkKind.Of("transformer encoder", new Sequential(
        [
            new("pre", new TransformerEncoderLayer(8, 2, 16, random, dropout: 0.1f)), new("post", new TransformerEncoderLayer(8, 4, 16, random, Activation.Relu, normFirst: false)),
            new("mean", new MeanStep()), new("head", new Linear(8, 3, random)),
        ]), Numbers(random, s_steps, 2, 5, 8));

        var masked = new TransformerEncoderLayer(8, 2, 16, random);
        yield return new NetworkKind("encoder with a mask", x => [masked.Forward(x[0], x[1].Reshape(x[1].Shape[0], 1, 1, x[1].Shape[1]), Mode.Evaluation)], [new("encoder", masked)],
            Numbers(random, s_steps, 3, 5, 8), Mask("seen", s_steps, 3, 5));

        var (embedding, encoder, decoder, cross, head) = (new Embedding(11, 8, random), new TransformerEncoderLayer(8, 2, 16, random), new MultiHeadAttention(8, 2, random, causal: true), new MultiHeadAttention(8, 2, random), new Linear(8, 11, random));
        yield return new NetworkKind("encoder and decoder", x =>
        {
            var mask = x[2].Reshape(x[2].Shape[0], 1, 1, x[2].Shape[1]);
            var memory = encoder.Forward(embedding.Forward(x[0], Mode.Evaluation), mask, Mode.Evaluation);
            var y = embedding.Forward(x[1], Mode.Evaluation);
            y += decoder.Forward(y, Mode.Evaluation);
            y += cross.Forward(y, memory, mask, Mode.Evaluation);
            return [head.Forward(y, Mode.Evaluation).LogSoftmax(), memory];
        }, [new("embedding", embedding), new("encoder", encoder), new("decoder", decoder), new("cross", cross), new("head", head)],
            Tokens(random, 11, ["batch", "source"], 3, 6) with { Name = "source" }, Tokens(random, 11, ["batch", "target"], 3, 4) with { Name = "target" }, Mask("seen", ["batch", "source"], 3, 6)) { Outputs = ["token", "memory"] };
    }

    static IEnumerable<NetworkKind> Moving(Generator random)
    {
        yield return new NetworkKind("broadcasting and choosing", x =>
        {
            Tensor a = x[0], b = x[0].Mean([1], keep: true), row = Tensor.Of([0.5f, -1, 2, 0.25f, 1], 5);
            return [(a + b) * row - a / (row + 3) + a.Greater(b).Where(a, -b) + a.Less(row).Not().Where(row, a)];
        }, [], Numbers(random, s_batch, 3, 5));
        yield return new NetworkKind("reductions", x => [x[0].Sum([2]).Concat(1, x[0].Mean([2]), x[0].Max(2), x[0].Min(-1), x[0].Sum([1]), x[0].Mean([0, 1], keep: true).Reshape(1, 5).Expand(x[0].Shape[0], 5))], [], Numbers(random, s_batch, 3, 4, 5));
        yield return new NetworkKind("slices and turns", x =>
        {
            var t = x[0];
            return [t.Slice(1, 1..).Concat(1, t.Slice(1, ..^1), t.Flip(1), t.Slice(1, .., 2), t.Slice(1, ^2..)), t.Permute(0, 2, 1).Slice(1, 1..3), t.Select(1, ^1), t.Select(-1, 0)];
        }, [], Numbers(random, s_steps, 2, 5, 4)) { Outputs = ["steps", "turned", "last", "first"] };
        yield return new NetworkKind("order and places", x =>
        {
            var (values, places) = x[0].TopK(3);
            return [values, places, x[0].CumSum(1), Tensor.Zeros(1, 6).Expand(x[0].Shape[0], 6).ScatterAdd(1, places, values), x[0].Split(1, 2, 4)[1], x[0].EqualTo(x[0].Max(1, keep: true))];
        }, [], Numbers(random, s_batch, 3, 6)) { Outputs = ["largest", "places", "running", "scattered", "part", "is_largest"] };
        yield return new NetworkKind("Einstein sums", x => [x[0].Einsum("bsi,boi->bso", x[1])], [], Numbers(random, s_batch, 2, 3, 4), Numbers(random, s_batch, 2, 5, 4) with { Name = "right" });
        var positions = Numbers(random, s_steps, 20, 8).Sample;
        yield return new NetworkKind("positions", x => [x[0] + positions.Slice(0, ..x[0].Shape[1])], [], Numbers(random, s_steps, 2, 5, 8));
    }

    static TracedInput Numbers(Generator random, string[] open, params int[] sizes) => Opened("x", Tensor.Normal(sizes, 1, random), open);

    static TracedInput Tokens(Generator random, int vocabulary, string[] open, params int[] sizes) =>
        Opened("tokens", Tensor.OfIndices([.. Enumerable.Range(0, ((Shape)sizes).Length).Select(_ => (long)random.NextInt(vocabulary))], sizes), open);

    /// <summary>The last sequence may be seen nowhere.</summary>
    static TracedInput Mask(string name, string[] open, int batch, int steps) =>
        Opened(name, Tensor.OfMask([.. Enumerable.Range(0, batch * steps).Select(i => i / steps < batch - 1 && i % steps < steps - (i / steps))], batch, steps), open);

    static TracedInput Opened(string name, Tensor sample, string[] open) =>
        new(name, sample) { Open = open.Select((symbol, axis) => (symbol, axis)).Where(o => o.symbol is not null).ToDictionary(o => o.axis, o => o.symbol) };
}
