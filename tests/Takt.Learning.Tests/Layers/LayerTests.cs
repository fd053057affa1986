using Takt.Learning.Layers;
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
