using Takt.Learning.Layers;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Learning.Tests.Training;
using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Tests.Layers;

public class LayerTests
{
    [Fact]
    public void Parameters_carry_the_path_of_their_layers()
    {
        var network = Toy.Network(Toy.Memory(1, 1), new() { Family = ModelFamily.Lstm, Hidden = [4], Layers = [3] });
        Assert.Equal(
            ["lstm1.input_weight", "lstm1.state_weight", "lstm1.bias", "hidden1.weight", "hidden1.bias", "output.weight", "output.bias"],
            network.Parameters().Select(p => p.Name));
        Assert.Equal((16 * 2) + (16 * 4) + 16 + (3 * 4) + 3 + 3 + 1, network.ParameterCount());
    }

    [Fact]
    public void Starting_weights_lie_within_one_over_the_root_of_the_inputs_and_fill_that_range()
    {
        float[] weights = new Linear(100, 50, new Generator(1)).Weight.Values.ToArray();
        Assert.All(weights, w => Assert.InRange(w, -0.1f, 0.1f));
        Assert.InRange(weights.Max(), 0.0995f, 0.1f);
        Assert.InRange(weights.Average(), -0.002f, 0.002f);
    }

    [Fact]
    public void A_fresh_LSTM_remembers_because_its_forget_bias_starts_near_1()
    {
        float[] bias = new Lstm(3, 16, new Generator(1)).Bias.Values.ToArray();
        Assert.All(bias[16..32], b => Assert.InRange(b, 0.75f, 1.25f));
        Assert.All(bias[..16], b => Assert.InRange(b, -0.25f, 0.25f));
    }

    [Fact]
    public void Dropout_is_for_training_only()
    {
        var x = Tensor.Ones(4, 100);
        var dropout = new Dropout(0.5f);
        Assert.Same(x, dropout.Forward(x, Mode.Evaluation));
        float[] dropped = dropout.Forward(x, Mode.Training(new Generator(1))).Values.ToArray();
        Assert.Equal([0, 2], dropped.Distinct().Order());
    }

    [Fact]
    public void An_embedding_takes_tokens_as_places_and_as_numbers()
    {
        var embedding = new Embedding(5, 3, new Generator(1));
        var places = embedding.Forward(Tensor.OfIndices([4, 0, 4, 2], 2, 2), Mode.Evaluation);
        Assert.Equal([2, 2, 3], places.Shape);
        Assert.Equal(embedding.Weight.Values[12..].ToArray(), places.Values[6..9].ToArray());
        Assert.Equal(places.Values.ToArray(), embedding.Forward(Tensor.Of([4, 0, 4, 2], 2, 2), Mode.Evaluation).Values.ToArray());
        Assert.Contains("vocabulary", Assert.Throws<ShapeException>(() => embedding.Forward(Tensor.Of([5], 1), Mode.Evaluation)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_of_one_head_is_the_formula()
    {
        var attention = new MultiHeadAttention(4, 1, new Generator(1));
        var x = Tensor.Normal([1, 3, 4], 1, new Generator(2));
        var (q, k, v, o) = ((Linear)attention.Children[0].Layer, (Linear)attention.Children[1].Layer, (Linear)attention.Children[2].Layer, (Linear)attention.Children[3].Layer);
        var rows = x.Reshape(3, 4);
        var weights = (rows.Linear(q.Weight, q.Bias).MatMul(rows.Linear(k.Weight, k.Bias).Transpose()) * 0.5f).Softmax();
        float[] expected = weights.MatMul(rows.Linear(v.Weight, v.Bias)).Linear(o.Weight, o.Bias).Values.ToArray(), found = attention.Forward(x, Mode.Evaluation).Values.ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], found[i], 1e-5f);
        Assert.Equal(4 * ((4 * 4) + 4), attention.ParameterCount());
    }

    [Fact]
    public void A_causal_step_does_not_depend_on_later_ones()
    {
        var attention = new MultiHeadAttention(4, 2, new Generator(1), causal: true);
        var x = Tensor.Normal([1, 3, 4], 1, new Generator(2));
        float[] before = attention.Forward(x, Mode.Evaluation).Values[..8].ToArray();
        x.Values[8..].Fill(9);
        Assert.Equal(before, attention.Forward(x, Mode.Evaluation).Values[..8].ToArray());
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_transformer_layer_learns_to_answer_with_an_earlier_step(bool normFirst)
    {
        var random = new Generator(1);
        var layer = new TransformerEncoderLayer(8, 2, 16, random, normFirst: normFirst, causal: true);
        var head = new Linear(8, 1, random);
        IReadOnlyList<Parameter> parameters = [.. layer.Parameters().Select(p => p with { Name = "layer." + p.Name }), .. head.Parameters()];
        var optimizer = new Adam(parameters);
        var x = Tensor.Normal([32, 4, 8], 1, random);
        var targets = x.Slice(1, 1..2).Slice(2, 3..4).Reshape(32, 1).Copy();
        float first = 0, last = 0;
        for (int step = 0; step < 200; step++)
        {
            foreach (var (_, value) in parameters) value.ClearGradient();
            using var tape = Tape.Start();
            var loss = head.Forward(layer.Forward(x, Mode.Training(random)).LastStep(), Mode.Training(random)).MeanSquaredError(targets);
            tape.Backward(loss);
            optimizer.Step(0.01f, 1);
            if (step == 0) first = loss.Item;
            last = loss.Item;
        }

        Assert.True(last < 0.05f * first, $"{first} fell to {last} only");
    }

    [Fact]
    public void Both_directions_see_every_step_from_their_side()
    {
        var random = new Generator(1);
        Gru forward = new(2, 3, random), backward = new(2, 3, random);
        var x = Tensor.Normal([1, 4, 2], 1, random);
        var both = new Bidirectional(forward, backward).Forward(x, Mode.Evaluation);
        Assert.Equal([1, 4, 6], both.Shape);
        Assert.Equal(forward.Forward(x, Mode.Evaluation).Values[9..].ToArray(), both.Values[18..21].ToArray());
        Assert.Equal(backward.Forward(x.Flip(1), Mode.Evaluation).Values[9..].ToArray(), both.Values[3..6].ToArray());
    }

    [Fact]
    public void A_short_sequence_among_long_ones_gives_what_it_gives_alone()
    {
        var random = new Generator(1);
        var both = new Bidirectional(new Lstm(2, 3, random), new Lstm(2, 3, random));
        var x = Tensor.Normal([2, 4, 2], 1, random);
        float[] alone = both.Forward(x.Slice(0, ..1).Slice(1, ..3), Mode.Evaluation).Values.ToArray();
        var among = both.Forward(x, new[] { 3, 4 }, Mode.Evaluation);
        Assert.Equal(alone, among.Values[..18].ToArray());
        Assert.Equal(new float[6], among.Values[18..24].ToArray());
    }

    [Fact]
    public void The_mean_over_steps_takes_each_feature_alone() =>
        Assert.Equal([2, 3], new MeanStep().Forward(Tensor.Of([1, 2, 3, 4], 1, 2, 2), Mode.Evaluation).Values.ToArray());

    [Fact]
    public void An_ensemble_answers_with_the_mean_of_its_members()
    {
        var x = Tensor.Of([0.3f, -0.2f], 1, 2);
        Layer[] members = [new Linear(2, 1, new Generator(1)), new Linear(2, 1, new Generator(2))];
        float mean = members.Average(m => m.Forward(x, Mode.Evaluation).Values[0]);
        var ensemble = new Ensemble(members);
        Assert.Equal(mean, ensemble.Forward(x, Mode.Evaluation).Values[0], 1e-6f);
        Assert.Contains("member2.weight", ensemble.Parameters().Select(p => p.Name));
    }

    [Fact]
    public void The_summary_lists_each_layer_and_the_total()
    {
        string[] lines = NetworkSummary.Of(Toy.Network(Toy.Xor(), new() { Layers = [8], Dropout = 0.1 })).TrimEnd().Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Matches(@"^hidden1 +Linear +\[8, 2\] \[8\] +24$", lines[0]);
        Assert.Matches(@"^total +33$", lines[^1]);
    }
}
