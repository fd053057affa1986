using System.Text.Json;
using Takt.Learning.Layers;
using Takt.Learning.Optimizers;
using Takt.Tensors;

namespace Takt.Learning.Tests.Layers;

/// <summary>Attention and transformer layers against PyTorch's own, weights and all (<c>eng/golden/layers.py</c>).</summary>
public class TransformerTests
{
    static readonly JsonElement s_goldens = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Layers", "layers.golden.json"))).RootElement;

    [Fact]
    public void Attention_across_two_sequences_is_that_of_PyTorch()
    {
        var layer = new MultiHeadAttention(8, 2, new Generator(1));
        Check("attention", layer, x => layer.Forward(x[0], x[1], null, Mode.Evaluation));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void An_encoder_layer_is_that_of_PyTorch(bool normFirst)
    {
        var layer = new TransformerEncoderLayer(8, 2, 12, new Generator(1), normFirst: normFirst);
        Check($"encoder {normFirst}", layer, x => layer.Forward(x[0], Mode.Evaluation));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_decoder_layer_is_that_of_PyTorch_causal_and_with_steps_that_only_fill_up(bool normFirst)
    {
        var layer = new TransformerDecoderLayer(8, 2, 12, new Generator(1), normFirst: normFirst);
        var mask = Sequences.StepsWithin([5, 3], 5).Reshape(2, 1, 1, 5);
        Check($"decoder {normFirst}", layer, x => layer.Forward(x[0], x[1], mask, Mode.Evaluation));
    }

    [Fact]
    public void A_decoder_asks_for_what_it_is_to_look_at() =>
        Assert.Contains("encoder", Assert.Throws<InvalidOperationException>(() => new TransformerDecoderLayer(8, 2, 12, new Generator(1)).Forward(Tensor.Zeros(1, 2, 8), Mode.Evaluation)).Message, StringComparison.Ordinal);

    [Fact]
    public void Projections_start_as_in_PyTorch()
    {
        var parameters = new MultiHeadAttention(64, 4, new Generator(1)).Parameters();
        foreach (var (name, value) in parameters)
            if (name.EndsWith("bias", StringComparison.Ordinal)) Assert.Equal(new float[64], value.Values.ToArray());
            else Assert.InRange(value.Values.ToArray().Max(), 0.98f * Bound(name), Bound(name));

        static float Bound(string name) => name == "output.weight" ? 1 / MathF.Sqrt(64) : MathF.Sqrt(6f / (64 + (3 * 64)));
    }

    static void Check(string name, Layer layer, Func<Tensor[], Tensor> forward)
    {
        var golden = s_goldens.GetProperty(name);
        var parameters = layer.Parameters();
        Weights.Load(parameters, Of(golden.GetProperty("weights")).Values);
        Tensor[] inputs = [.. golden.GetProperty("inputs").EnumerateArray().Select(Of)];
        foreach (var input in inputs) input.RequiresGradient = true;
        using var tape = Tape.Start();
        var y = forward(inputs);
        AssertClose(Of(golden.GetProperty("output")).Values, y.Values);
        tape.Backward((y * Of(golden.GetProperty("mix"))).Sum());
        AssertClose(Of(golden.GetProperty("gradients")).Values, parameters.SelectMany(p => p.Value.Gradient!.Values.ToArray()).ToArray());
        foreach (var (input, gradient) in inputs.Zip(golden.GetProperty("inputGradients").EnumerateArray())) AssertClose(Of(gradient).Values, input.Gradient!.Values);
    }

    static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - found[i]) <= 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"number {i}: expected {expected[i]}, found {found[i]}");
    }

    static Tensor Of(JsonElement golden) => Tensor.Of(golden.GetProperty("values").Deserialize<float[]>()!, golden.GetProperty("shape").Deserialize<int[]>()!);
}
