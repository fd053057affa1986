using System.Text.Json;
using Takt.Tensors.Kernels;
using static Takt.Tensors.Tests.Golden;

namespace Takt.Tensors.Tests;

/// <summary>Values and gradients from PyTorch in float64 (<c>eng/golden/tensors.py</c>).</summary>
public sealed class GoldenTests
{
    public static TheoryData<string, Func<Tensor[], Tensor>> Operations => new()
    {
        { "Linear", v => v[0].Linear(v[1], v[2]) },
        { "Relu", v => v[0].Relu() },
        { "LeakyRelu", v => v[0].LeakyRelu(0.2f) },
        { "Tanh", v => v[0].Tanh() },
        { "Sigmoid", v => v[0].Sigmoid() },
        { "Gelu", v => v[0].Gelu() },
        { "Silu", v => v[0].Silu() },
        { "Softmax", v => v[0].Softmax() },
        { "LogSoftmax", v => v[0].LogSoftmax() },
        { "Lstm", v => v[0].Lstm(v[1], v[2], v[3]) },
        { "Lstm wide", v => v[0].Lstm(v[1], v[2], v[3]) },
        { "Conv2d", v => v[0].Conv2d(v[1], v[2], padding: 1) },
        { "Conv2d strided", v => v[0].Conv2d(v[1], v[2], stride: (2, 1), padding: (1, 2), dilation: (1, 2), groups: 2) },
        { "Conv2d depthwise", v => v[0].Conv2d(v[1], v[2], padding: 1, groups: 3) },
        { "Conv1d", v => v[0].Conv1d(v[1], v[2], stride: 2, padding: 2) },
        { "ConvTranspose2d", v => v[0].ConvTranspose2d(v[1], v[2], stride: 2, padding: 1, outputPadding: 1) },
        { "ConvTranspose2d grouped", v => v[0].ConvTranspose2d(v[1], v[2], stride: (1, 2), dilation: (2, 1), groups: 2) },
        { "ConvTranspose2d with more below than the padding", v => v[0].ConvTranspose2d(v[1], dilation: 2, outputPadding: 1) },
        { "ConvTranspose2d, uneven, with more below", v => v[0].ConvTranspose2d(v[1], v[2], stride: (1, 2), padding: (1, 0), outputPadding: (2, 1), dilation: (3, 1), groups: 2) },
        { "GeluTanh", v => v[0].GeluTanh() },
        { "MatMul of batches", v => v[0].MatMul(v[1]) },
        { "Permute", v => v[0].Permute(2, 0, 1) },
        { "Slice", v => v[0].Slice(1, 1..6, 2) },
        { "Sum over axes", v => v[0].Sum([0, 2]) },
        { "Mean over an axis", v => v[0].Mean([1]) },
        { "Max", v => v[0].Max(1) },
        { "Embedding", v => v[0].Gather(0, Tensor.OfIndices([3, 1, 3, 0, 6, 3], 2, 3)) },
        { "LayerNorm", v => v[0].LayerNorm(v[1], v[2]) },
        { "Gru", v => v[0].Gru(v[1], v[2], v[3], v[4]) },
        { "Gru wide", v => v[0].Gru(v[1], v[2], v[3], v[4]) },
        { "CumSum", v => v[0].CumSum(1) },
        { "GatherElements", v => v[0].GatherElements(1, Tensor.OfIndices([2, 0, 3, 1, 1, 0], 2, 3)) },
        { "ScatterAdd", v => v[0].ScatterAdd(0, Tensor.OfIndices([2, 0, 2, 1], 2, 2), v[1]) },
        { "TopK", v => v[0].TopK(3, 1).Values },
        { "Sort", v => v[0].Sort(1).Values },
        { "Focal", v => v[0].Focal(Of("labels"), 2, 0.25f) },
        { "KullbackLeibler", v => v[0].LogSoftmax().KullbackLeibler(Tensor.Of([0.5f, 0.25f, 0.25f, 0, 0, 0, 0, 1], 2, 4)) },
        { "CrossEntropy smoothed", v => v[0].CrossEntropy(new[] { 2, -100, 4 }, smoothing: 0.1f, ignore: -100) },
        { "CrossEntropy smoothed and weighted", v => v[0].CrossEntropy(new[] { 2, 0, 4 }, Tensor.Of(Of("weights").Values[..5], 5), 0.2f) },
        { "Einsum", v => v[0].Einsum("bik,jbkm->jbi", v[1]) },
        { "Einsum outer", v => v[0].Einsum("i,j->ji", v[1]) },
        { "Attention", v => v[0].Attention(v[1], v[2]) },
        { "Attention causal", v => v[0].Attention(v[1], v[2], causal: true) },
        { "Attention masked", v => v[0].Attention(v[1], v[2], mask: Tensor.OfMask([true, true, false, true, true, false, true, true, true, true], 2, 1, 1, 5)) },
        { "MaxPool2d", v => v[0].MaxPool2d(2) },
        { "MaxPool2d overlapping", v => v[0].MaxPool2d((3, 2), stride: 2, padding: 1) },
        { "AveragePool2d", v => v[0].AveragePool2d(3, stride: 2, padding: 1) },
        { "AveragePool2d uncounted", v => v[0].AveragePool2d(3, stride: 2, padding: 1, countsPadding: false) },
        { "AdaptiveAveragePool2d", v => v[0].AdaptiveAveragePool2d((2, 3)) },
        { "AdaptiveAveragePool2d uneven", v => v[0].AdaptiveAveragePool2d((3, 4)) },
        { "AdaptiveMaxPool2d uneven", v => v[0].AdaptiveMaxPool2d((3, 4)) },
        { "GlobalAveragePool", v => v[0].GlobalAveragePool() },
        { "BatchNorm", v => v[0].BatchNorm(v[1], v[2], Tensor.Zeros(3), Tensor.Ones(3), training: true) },
        { "BatchNorm of rows", v => v[0].BatchNorm(v[1], v[2], Tensor.Zeros(5), Tensor.Ones(5), training: true) },
        { "BatchNorm evaluation", v => v[0].BatchNorm(v[1], v[2], Tensor.Full([3], 0.25f), Tensor.Full([3], 2), training: false) },
        { "GroupNorm", v => v[0].GroupNorm(2, v[1], v[2]) },
        { "RmsNorm", v => v[0].RmsNorm(v[1]) },
        { "MeanSquaredError", v => v[0].MeanSquaredError(Of("targets")) },
        { "MeanAbsoluteError", v => v[0].MeanAbsoluteError(Of("targets")) },
        { "Huber", v => v[0].Huber(Of("targets"), 0.8f) },
        { "Huber weighted", v => v[0].Huber(Of("targets"), 0.8f, Of("weights")) },
        { "BinaryCrossEntropyWithLogits", v => v[0].BinaryCrossEntropyWithLogits(Of("labels")) },
        { "BinaryCrossEntropyWithLogits weighted", v => v[0].BinaryCrossEntropyWithLogits(Of("labels"), Of("weights")) },
        { "Add broadcast", v => v[0] + v[1] },
        { "Sub broadcast", v => v[0] - v[1] },
        { "Mul broadcast", v => v[0] * v[1] },
        { "Div broadcast", v => v[0] / ((v[1] * v[1]) + 1) },
        { "Sum", v => v[0].Sum() },
        { "Mean", v => v[0].Mean() },
        { "Min", v => v[0].Min(1, keep: true) },
        { "Norm", v => v[0].Norm([1], epsilon: 1e-3f) },
        { "Exp", v => v[0].Exp() },
        { "Log", v => ((v[0] * v[0]) + 0.1f).Log() },
        { "Sqrt", v => ((v[0] * v[0]) + 0.1f).Sqrt() },
        { "Abs", v => v[0].Abs() },
        { "Erf", v => v[0].Erf() },
        { "Reshape", v => v[0].Reshape(5, -1) },
        { "Concat", v => v[0].Concat(1, v[1]) },
        { "Split", v => v[0].Split(1, 2, 3) is [var a, var b] ? b.Concat(1, a) : throw new InvalidOperationException() },
        { "Select", v => v[0].Select(1, ^1) },
        { "Flip", v => v[0].Flip(1) },
        { "Expand", v => v[0].Expand(2, 3, 4) },
        { "Take", v => v[0].Gather(1, Tensor.OfIndices([2, 0, -1], 3)) },
        { "Where", v => Tensor.OfMask([true, false, true], 3).Where(v[0], v[1]) },
        { "Scatter", v => v[0].Scatter(1, Tensor.OfIndices([2, 0, -1, 1], 2, 2), v[1]) },
        { "MatMul turned", v => v[0].Transpose().MatMul(v[1].Transpose()) },
        { "MaxPool1d", v => v[0].MaxPool1d(3, stride: 2, padding: 1) },
        { "AveragePool1d", v => v[0].AveragePool1d(3, stride: 2, padding: 1) },
        { "Conv1d depthwise, apart", v => v[0].Conv1d(v[1], v[2], padding: 4, dilation: 2, groups: 3) },
        { "Pinball", v => v[0].Pinball(Of("targets"), 0.9f) },
        { "LSTM stacked, both ways, of lengths", v => BothWays(v, 3, (x, w) => x.Lstm(w[0], w[1], w[2])) },
        { "GRU stacked, both ways, of lengths", v => BothWays(v, 4, (x, w) => x.Gru(w[0], w[1], w[2], w[3])) },
        { "CrossEntropy", v => v[0].CrossEntropy(new[] { 2, 0, 4 }) },
        { "CrossEntropy weighted", v => v[0].CrossEntropy(new[] { 2, 0, 4 }, Tensor.Of(Of("weights").Values[..5], 5)) },
    };

    [Theory, MemberData(nameof(Operations))]
    public void Values_and_gradients_agree_with_PyTorch(string name, Func<Tensor[], Tensor> f) => Check(name, f);

    [Fact]
    public void Every_stored_operation_is_compared()
    {
        string[] compared = [.. Operations.Select(row => (string)row[0]), .. SecondOrderTests.Operations.Select(row => (string)row[0])];
        Assert.Empty(All.EnumerateObject().Where(golden => golden.Value.TryGetProperty("gradients", out _)).Select(golden => golden.Name).Except(compared));
    }

    static Tensor BothWays(Tensor[] v, int weights, Func<Tensor, Tensor[], Tensor> layer)
    {
        int[] lengths = [5, 3, 1];
        var x = v[0];
        for (int at = 1; at < v.Length; at += 2 * weights)
            x = layer(x, v[at..(at + weights)]).Concat(-1, layer(x.ReverseSteps(lengths), v[(at + weights)..(at + (2 * weights))]).ReverseSteps(lengths)).ClearBeyond(lengths);
        return x;
    }

    [Fact]
    public void Running_statistics_move_as_PyTorch_moves_them()
    {
        var golden = All.GetProperty("running statistics");
        Tensor mean = Tensor.Zeros(3), variance = Tensor.Ones(3);
        foreach (var batch in golden.GetProperty("batches").EnumerateArray()) Of(batch).BatchNorm(Tensor.Ones(3), Tensor.Zeros(3), mean, variance, training: true);
        AssertClose(golden.GetProperty("mean"), mean);
        AssertClose(golden.GetProperty("variance"), variance);
    }

    [Theory, InlineData("Adam", 0), InlineData("AdamW", 0.2f)]
    public void Adam_walks_as_PyTorch_does(string name, float decay)
    {
        var golden = All.GetProperty(name);
        var parameters = Of(golden.GetProperty("before"));
        float[] first = new float[parameters.Length], second = new float[parameters.Length];
        int t = 0;
        foreach (var gradient in golden.GetProperty("steps").EnumerateArray())
        {
            t++;
            AdamUpdate.Run(new(0.1f, 0.9f, 0.999f, 1e-8f, 1 - MathF.Pow(0.9f, t), 1 - MathF.Pow(0.999f, t), decay), Of(gradient).Values, first, second, parameters.Values);
        }

        AssertClose(golden.GetProperty("after"), parameters);
    }
}
