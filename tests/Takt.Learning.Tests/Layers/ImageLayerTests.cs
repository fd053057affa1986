using Takt.Learning.Layers;
using Takt.Learning.Optimizers;
using Takt.Tensors;

namespace Takt.Learning.Tests.Layers;

public class ImageLayerTests
{
    [Fact]
    public void A_convolution_starts_as_PyTorch_does_uniform_in_one_over_the_root_of_its_window()
    {
        var conv = new Conv2d(6, 40, (3, 5), new Generator(1), groups: 2);
        Assert.Equal([40, 3, 3, 5], conv.Weight.Shape);
        float bound = 1 / MathF.Sqrt(3 * 3 * 5);
        Assert.All(conv.Weight.Values.ToArray(), w => Assert.InRange(w, -bound, bound));
        Assert.InRange(conv.Weight.Values.ToArray().Max(), 0.98f * bound, bound);
        Assert.Equal(["weight"], new Conv1d(2, 3, 5, new Generator(1), biased: false).Parameters().Select(p => p.Name));
        Assert.Equal([3, 2, 4, 4], new ConvTranspose2d(3, 4, 4, new Generator(1), stride: 2, groups: 2).Weight.Shape);
    }

    [Fact]
    public void Shapes_pass_through_an_image_network_as_in_PyTorch()
    {
        var random = new Generator(1);
        Layer[] layers =
        [
            new Conv2d(1, 6, 7, random, stride: 2, padding: 3), new BatchNorm(6), new MaxPool2d(3, 2, 1), new ResidualBlock(6, 6, random), new ResidualBlock(6, 8, random, stride: 2),
            new GroupNorm(2, 8), new AveragePool2d(2), new ConvTranspose2d(8, 4, 4, random, stride: 2, padding: 1), new GlobalAveragePool(), new Flatten(), new LayerNorm(4), new RmsNorm(4), new Linear(4, 3, random),
        ];
        int[][] shapes = [[2, 6, 16, 16], [2, 6, 16, 16], [2, 6, 8, 8], [2, 6, 8, 8], [2, 8, 4, 4], [2, 8, 4, 4], [2, 8, 2, 2], [2, 4, 4, 4], [2, 4, 1, 1], [2, 4], [2, 4], [2, 4], [2, 3]];
        var x = Tensor.Normal([2, 1, 32, 32], 1, random);
        foreach (var (layer, shape) in layers.Zip(shapes)) Assert.Equal(shape, (x = layer.Forward(x, Mode.Training(random))).Shape);
    }

    [Fact]
    public void Shapes_pass_through_a_sequence_network()
    {
        var random = new Generator(1);
        var x = new Conv1d(3, 4, 5, random, padding: 2).Forward(Tensor.Normal([2, 3, 20], 1, random), Mode.Evaluation);
        Assert.Equal([2, 4, 20], x.Shape);
        Assert.Equal([2, 4, 10], new MaxPool1d(2).Forward(x, Mode.Evaluation).Shape);
        Assert.Equal([2, 4, 5], new AveragePool1d(4).Forward(x, Mode.Evaluation).Shape);
    }

    [Fact]
    public void Batch_norm_remembers_what_it_saw_and_its_statistics_are_saved_with_the_weights()
    {
        var random = new Generator(3);
        BatchNorm norm = new(2), restored = new(2);
        var x = Tensor.Of([5, 100, 7, 104], 2, 2);
        for (int i = 0; i < 200; i++) norm.Forward(x, Mode.Training(random));
        Assert.Equal([6, 102], norm.RunningMean.Values.ToArray().Select(m => MathF.Round(m, 3)));
        Assert.Equal([2, 8], norm.RunningVariance.Values.ToArray().Select(v => MathF.Round(v, 3)));
        Weights.Load(restored.Parameters(), Weights.Save(norm.Parameters()));
        Assert.Equal(norm.Forward(x, Mode.Evaluation).Values.ToArray(), restored.Forward(x, Mode.Evaluation).Values.ToArray());
        Assert.Equal(4, norm.ParameterCount());
    }
}
