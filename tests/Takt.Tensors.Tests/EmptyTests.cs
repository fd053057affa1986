namespace Takt.Tensors.Tests;

/// <summary>Batches of nothing: the result has the shape that PyTorch gives it, and parameters get gradients of zero.</summary>
public sealed class EmptyTests
{
    public static TheoryData<string, int[][], Func<Tensor[], Tensor>, int[]> Operations => new()
    {
        { "Lstm", [[0, 30, 14], [20, 14], [20, 5], [20]], v => v[0].Lstm(v[1], v[2], v[3]), [0, 30, 5] },
        { "Lstm of no steps", [[2, 0, 14], [20, 14], [20, 5], [20]], v => v[0].Lstm(v[1], v[2], v[3]), [2, 0, 5] },
        { "Gru", [[0, 30, 14], [15, 14], [15, 5], [15], [15]], v => v[0].Gru(v[1], v[2], v[3], v[4]), [0, 30, 5] },
        { "Gru of no steps", [[2, 0, 14], [15, 14], [15, 5], [15], [15]], v => v[0].Gru(v[1], v[2], v[3], v[4]), [2, 0, 5] },
        { "Attention of no sequences", [[0, 3, 8], [0, 5, 8], [0, 5, 8]], v => v[0].Attention(v[1], v[2], heads: 2), [0, 3, 8] },
        { "Attention of no queries", [[2, 0, 8], [2, 5, 8], [2, 5, 8]], v => v[0].Attention(v[1], v[2], heads: 2), [2, 0, 8] },
        { "Attention to no keys", [[2, 3, 8], [2, 0, 8], [2, 0, 8]], v => v[0].Attention(v[1], v[2], heads: 2), [2, 3, 8] },
        { "Linear", [[0, 5], [4, 5], [4]], v => v[0].Linear(v[1], v[2]), [0, 4] },
        { "Linear of no steps", [[2, 0, 5], [4, 5], [4]], v => v[0].Linear(v[1], v[2]), [2, 0, 4] },
        { "Linear of no sequences", [[0, 3, 5], [4, 5], [4]], v => v[0].Linear(v[1], v[2]), [0, 3, 4] },
        { "Linear of no features", [[2, 3, 0], [4, 0], [4]], v => v[0].Linear(v[1], v[2]) * 0, [2, 3, 4] },
        { "MatMul of no batches", [[0, 2, 3], [3, 4]], v => v[0].MatMul(v[1]), [0, 2, 4] },
        { "MatMul of no depth", [[2, 0], [0, 4]], v => v[0].MatMul(v[1]), [2, 4] },
        { "Conv2d", [[0, 3, 8, 8], [4, 3, 3, 3], [4]], v => v[0].Conv2d(v[1], v[2]), [0, 4, 6, 6] },
        { "Conv2d depthwise", [[0, 3, 8, 8], [3, 1, 3, 3], [3]], v => v[0].Conv2d(v[1], v[2], groups: 3), [0, 3, 6, 6] },
        { "ConvTranspose2d", [[0, 3, 8, 8], [3, 4, 3, 3], [4]], v => v[0].ConvTranspose2d(v[1], v[2], stride: 2), [0, 4, 17, 17] },
        { "MaxPool2d", [[0, 3, 8, 8]], v => v[0].MaxPool2d(3, stride: 2), [0, 3, 3, 3] },
        { "AveragePool2d", [[0, 3, 8, 8]], v => v[0].AveragePool2d(2), [0, 3, 4, 4] },
        { "BatchNorm of rows", [[0, 3], [3], [3]], v => v[0].BatchNorm(v[1], v[2], Tensor.Zeros(3), Tensor.Ones(3), training: false), [0, 3] },
        { "BatchNorm of images", [[0, 3, 2, 2], [3], [3]], v => v[0].BatchNorm(v[1], v[2], Tensor.Zeros(3), Tensor.Ones(3), training: false), [0, 3, 2, 2] },
        { "LayerNorm", [[0, 3], [3], [3]], v => v[0].LayerNorm(v[1], v[2]), [0, 3] },
        { "RmsNorm", [[0, 3], [3]], v => v[0].RmsNorm(v[1]), [0, 3] },
        { "Embedding", [[7, 3]], v => v[0].Gather(0, Tensor.OfIndices([], 0, 5)), [0, 5, 3] },
        { "Softmax", [[0, 3]], v => v[0].Softmax(), [0, 3] },
        { "LogSoftmax", [[0, 3]], v => v[0].LogSoftmax(), [0, 3] },
        { "Gelu", [[0, 3]], v => v[0].Gelu(), [0, 3] },
        { "Add", [[0, 3], [3]], v => v[0] + v[1], [0, 3] },
    };

    [Theory, MemberData(nameof(Operations))]
    public void A_batch_of_nothing_has_its_shape_and_gradients_of_zero(string name, int[][] inputs, Func<Tensor[], Tensor> f, int[] shape)
    {
        Assert.NotEmpty(name);
        Tensor[] v = [.. inputs.Select((sizes, i) => GradientCheck.Draw(sizes, (ulong)i + 1))];
        foreach (var input in v) input.RequiresGradient = true;
        using var tape = Tape.Start();
        var y = f(v);
        Assert.Equal(shape, y.Shape.Sizes.ToArray());
        Assert.All(y.Contiguous().Values.ToArray(), value => Assert.Equal(0, value));
        tape.Backward(y.Sum());
        Assert.All(v, input => Assert.All((input.Gradient ?? Tensor.Zeros(input.Shape)).Values.ToArray(), value => Assert.Equal(0, value)));
    }

    [Fact]
    public void What_makes_no_sense_without_numbers_says_so()
    {
        Assert.Contains("Conv2d", Assert.Throws<ShapeException>(() => Tensor.Zeros(1, 0, 4, 4).Conv2d(Tensor.Zeros(3, 0, 1, 1))).Message);
        Assert.Contains("ConvTranspose2d", Assert.Throws<ShapeException>(() => Tensor.Zeros(1, 0, 4, 4).ConvTranspose2d(Tensor.Zeros(0, 3, 1, 1))).Message);
        Assert.Contains("BatchNorm", Assert.Throws<ShapeException>(() => Tensor.Zeros(0, 3).BatchNorm(Tensor.Ones(3), Tensor.Zeros(3), Tensor.Zeros(3), Tensor.Ones(3), training: true)).Message);
        Assert.Contains("MeanSquaredError", Assert.Throws<ShapeException>(() => Tensor.Zeros(0, 3).MeanSquaredError(Tensor.Zeros(0, 3))).Message);
    }
}
