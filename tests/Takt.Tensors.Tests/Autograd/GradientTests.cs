namespace Takt.Tensors.Tests;

public sealed class GradientTests
{
    public static TheoryData<string, Func<Tensor[], Tensor>, int[][]> Operations => new()
    {
        { "+", v => v[0] + v[1], [[3, 4], [3, 4]] },
        { "+ broadcast", v => v[0] + v[1], [[3, 4], [4]] },
        { "+ both broadcast", v => v[0] + v[1], [[3, 1, 4], [2, 1]] },
        { "−", v => v[0] - v[1], [[3, 4], [1, 4]] },
        { "·", v => v[0] * v[1], [[3, 4], [3, 1]] },
        { "· itself", v => v[0] * v[0], [[3, 4]] },
        { "÷", v => v[0] / (v[1] * v[1] + 1), [[3, 4], [4]] },
        { "negative", v => -v[0], [[5]] },
        { "scalars", v => 2 - ((v[0] * 3) + 1), [[5]] },
        { "MatMul", v => v[0].MatMul(v[1]), [[3, 5], [5, 4]] },
        { "Linear", v => v[0].Linear(v[1], v[2]), [[3, 5], [4, 5], [4]] },
        { "Linear without bias", v => v[0].Linear(v[1]), [[3, 5], [4, 5]] },
        { "Linear on sequences", v => v[0].Linear(v[1], v[2]), [[2, 3, 5], [4, 5], [4]] },
        { "LeakyRelu", v => (v[0] * 9).LeakyRelu(0.1f), [[3, 5]] },
        { "Relu", v => (v[0] * 9).Relu(), [[3, 5]] },
        { "Tanh", v => v[0].Tanh(), [[3, 21]] },
        { "Sigmoid", v => v[0].Sigmoid(), [[3, 21]] },
        { "Gelu", v => v[0].Gelu(), [[3, 21]] },
        { "Silu", v => v[0].Silu(), [[3, 21]] },
        { "Softmax", v => v[0].Softmax(), [[3, 21]] },
        { "LogSoftmax", v => v[0].LogSoftmax(), [[3, 21]] },
        { "Dropout", v => v[0].Dropout(0.4f, new Generator(3)), [[3, 21]] },
        { "Sum", v => v[0].Sum(), [[3, 5]] },
        { "Mean", v => v[0].Mean(), [[3, 5]] },
        { "Reshape", v => v[0].Reshape(5, -1) * v[0].Reshape(5, 3), [[3, 5]] },
        { "Concat", v => v[0].Concat(1, v[1]), [[3, 5], [3, 2]] },
        { "LastStep", v => v[0].LastStep(), [[3, 4, 5]] },
        { "Lstm", v => v[0].Lstm(v[1], v[2], v[3]), [[3, 4, 5], [12, 5], [12, 3], [12]] },
        { "Lstm of one step", v => v[0].Lstm(v[1], v[2], v[3]), [[2, 1, 3], [8, 3], [8, 2], [8]] },
        { "Conv2d", v => v[0].Conv2d(v[1], v[2], padding: 1), [[2, 2, 4, 5], [3, 2, 3, 3], [3]] },
        { "Conv2d twice on the same input", v => v[0].Conv2d(v[1]) + v[0].Conv2d(v[1], padding: (0, 0)), [[2, 2, 4, 5], [3, 2, 3, 3]] },
        { "Conv2d with steps, gaps and groups", v => v[0].Conv2d(v[1], v[2], stride: (2, 1), padding: (1, 2), dilation: (1, 2), groups: 2), [[2, 4, 5, 6], [6, 2, 3, 2], [6]] },
        { "Conv2d depthwise", v => v[0].Conv2d(v[1], stride: 2, padding: 1, groups: 3), [[2, 3, 5, 4], [3, 1, 3, 3]] },
        { "Conv2d 1×1", v => v[0].Conv2d(v[1], v[2]), [[2, 3, 3, 4], [4, 3, 1, 1], [4]] },
        { "Conv1d", v => v[0].Conv1d(v[1], v[2], stride: 2, padding: 2), [[2, 3, 9], [4, 3, 4], [4]] },
        { "ConvTranspose2d", v => v[0].ConvTranspose2d(v[1], v[2], stride: 2, padding: 1, outputPadding: 1), [[2, 3, 3, 4], [3, 2, 3, 3], [2]] },
        { "ConvTranspose2d with groups and gaps", v => v[0].ConvTranspose2d(v[1], v[2], stride: (1, 2), dilation: (2, 1), groups: 2), [[2, 4, 3, 3], [4, 3, 2, 3], [6]] },
        { "GeluTanh", v => v[0].GeluTanh(), [[3, 21]] },
        { "MatMul of batches", v => v[0].MatMul(v[1]), [[2, 3, 2, 4], [2, 3, 4, 5]] },
        { "MatMul, one matrix for all batches", v => v[0].MatMul(v[1]), [[2, 3, 4], [4, 5]] },
        { "MatMul, batches stretched on both sides", v => v[0].MatMul(v[1]), [[2, 1, 3, 4], [3, 4, 2]] },
        { "Permute", v => v[0].Permute(2, 0, 3, 1), [[2, 3, 4, 5]] },
        { "Transpose", v => v[0].Transpose(), [[2, 3, 4]] },
        { "Slice", v => v[0].Slice(1, 1..3), [[2, 4, 3]] },
        { "Slice by steps", v => v[0].Slice(-1, 1..7, 3), [[2, 8]] },
        { "Slice of the outermost", v => v[0].Slice(0, 1..3) * v[0].Slice(0, ..2), [[3, 4]] },
        { "Select", v => v[0].Select(1, ^1) * v[0].Select(1, 0), [[2, 3, 4]] },
        { "Split", v => v[0].Split(1, 2, 3) is [var a, var b] ? b.Concat(1, a) : throw new InvalidOperationException(), [[2, 5, 3]] },
        { "Flip", v => v[0].Flip(0), [[3, 4]] },
        { "Expand", v => v[0].Expand(2, 3, 4), [[3, 1]] },
        { "Expand along rows", v => v[0].Expand(2, 3, 4), [[2, 1, 4]] },
        { "Sum over the innermost", v => v[0].Sum([-1]), [[2, 3, 18]] },
        { "Sum over the outermost", v => v[0].Sum([0]), [[5, 3]] },
        { "Sum over the middle", v => v[0].Sum([1], keep: true), [[2, 3, 4]] },
        { "Sum over axes apart", v => v[0].Sum([0, 2]), [[2, 3, 4]] },
        { "Mean over an axis", v => v[0].Mean([1]), [[2, 3, 4]] },
        { "Mean over all axes", v => v[0].Mean([0, 1], keep: true), [[3, 4]] },
        { "Max", v => v[0].Max(1), [[2, 3, 4]] },
        { "Min", v => v[0].Min(-1, keep: true), [[2, 5]] },
        { "Gather of rows", v => v[0].Gather(0, Tensor.OfIndices([2, 0, 2, -1], 2, 2)), [[4, 5]] },
        { "Gather along an inner axis", v => v[0].Gather(1, Tensor.OfIndices([2, 0, 2], 3)), [[2, 3, 4]] },
        { "LayerNorm", v => v[0].LayerNorm(v[1], v[2]), [[2, 3, 18], [18], [18]] },
        { "Gru", v => v[0].Gru(v[1], v[2], v[3], v[4]), [[3, 4, 5], [9, 5], [9, 3], [9], [9]] },
        { "Gru of one step", v => v[0].Gru(v[1], v[2], v[3], v[4]), [[2, 1, 3], [6, 3], [6, 2], [6], [6]] },
        { "a sum that goes two ways", v => (v[0] * 1f).Reshape(4, 3) is var x ? (x + x) * x + (x + v[1]).Reshape(4, 3) : throw new InvalidOperationException(), [[3, 4], [4, 3]] },
        { "Where", v => Tensor.OfMask([true, false, true], 3).Where(v[0], v[1]), [[2, 3], [2, 1]] },
        { "CumSum", v => v[0].CumSum(1), [[2, 4, 3]] },
        { "GatherElements", v => v[0].GatherElements(1, Tensor.OfIndices([2, 0, -1, 1, 1, 0], 2, 3)), [[2, 4]] },
        { "ScatterAdd", v => v[0].ScatterAdd(0, Tensor.OfIndices([2, 0, 2, 1], 2, 2), v[1]), [[3, 2], [2, 2]] },
        { "TopK", v => (v[0] + s_apart).TopK(3, 1).Values, [[2, 6, 2]] },
        { "Sort", v => (v[0] + s_apart).Sort(0).Values, [[6, 2]] },
        { "Pinball", v => v[0].Pinball(Target(15), 0.9f, Weights(15)), [[3, 5]] },
        { "Focal", v => v[0].Focal(Tensor.Of([0, 1, 1, 0, 1, 0], 2, 3), 2, 0.25f), [[2, 3]] },
        { "KullbackLeibler", v => v[0].LogSoftmax().KullbackLeibler(Target(15).Softmax()), [[3, 5]] },
        { "CrossEntropy smoothed", v => v[0].CrossEntropy(new[] { 2, -100, 4 }, Weights(5), 0.1f, ignore: -100), [[3, 5]] },
        { "ReverseSteps", v => v[0].ReverseSteps(new[] { 2, 4 }), [[2, 4, 3]] },
        { "LastStep of lengths", v => v[0].LastStep(new[] { 2, 4 }), [[2, 4, 3]] },
        { "ClearBeyond", v => v[0].ClearBeyond(new[] { 2, 4 }), [[2, 4, 3]] },
        { "Einsum", v => v[0].Einsum("bik,jbkm->jbi", v[1]), [[2, 3, 4], [5, 2, 4, 2]] },
        { "Attention", v => v[0].Attention(v[1], v[2], heads: 2), [[2, 3, 8], [2, 5, 8], [2, 5, 6]] },
        { "Attention of itself", v => v[0].Attention(v[0], v[0]), [[2, 4, 3]] },
        { "Attention, causal", v => v[0].Attention(v[1], v[2], causal: true), [[2, 2, 4, 3], [2, 2, 4, 3], [2, 2, 4, 3]] },
        { "Attention, masked", v => v[0].Attention(v[1], v[2], heads: 2, mask: Tensor.OfMask([true, true, false, true, false, false], 2, 1, 1, 3), scale: 0.7f), [[2, 2, 4], [2, 3, 4], [2, 3, 4]] },
        { "MaxPool2d", v => (v[0] * 5).MaxPool2d(2), [[2, 2, 5, 11]] },
        { "MaxPool2d overlapping", v => (v[0] * 5).MaxPool2d(3, stride: 2, padding: 1), [[1, 2, 5, 6]] },
        { "MaxPool2d onto a gradient that is there", v => (v[0] * 5).MaxPool2d(2) + (v[0] * 5).MaxPool2d((2, 2), 2), [[2, 1, 4, 10]] },
        { "MaxPool1d", v => (v[0] * 5).MaxPool1d(3), [[2, 2, 10]] },
        { "AveragePool2d", v => v[0].AveragePool2d(2), [[2, 1, 4, 10]] },
        { "AveragePool2d with margins", v => v[0].AveragePool2d((3, 2), stride: 2, padding: 1, countsPadding: false), [[1, 2, 5, 6]] },
        { "AveragePool1d", v => v[0].AveragePool1d(2), [[2, 2, 9]] },
        { "AdaptiveAveragePool2d", v => v[0].AdaptiveAveragePool2d((2, 3)), [[2, 1, 4, 6]] },
        { "GlobalAveragePool", v => v[0].GlobalAveragePool(), [[2, 3, 4, 5]] },
        { "BatchNorm", v => v[0].BatchNorm(v[1], v[2], Tensor.Zeros(3), Tensor.Ones(3), training: true), [[3, 3, 2, 4], [3], [3]] },
        { "BatchNorm of rows", v => v[0].BatchNorm(v[1], v[2], Tensor.Zeros(5), Tensor.Ones(5), training: true), [[7, 5], [5], [5]] },
        { "BatchNorm in evaluation", v => v[0].BatchNorm(v[1], v[2], Tensor.Full([3], 0.3f), Tensor.Full([3], 2), training: false), [[2, 3, 4], [3], [3]] },
        { "RmsNorm", v => v[0].RmsNorm(v[1]), [[3, 18], [18]] },
        { "GroupNorm", v => v[0].GroupNorm(2, v[1], v[2]), [[2, 4, 3, 3], [4], [4]] },
        { "MeanSquaredError", v => v[0].MeanSquaredError(Target(15)), [[3, 5]] },
        { "MeanAbsoluteError", v => v[0].MeanAbsoluteError(Target(15)), [[3, 5]] },
        { "Huber", v => v[0].Huber(Target(15), 0.7f, Weights(15)), [[3, 5]] },
        { "BinaryCrossEntropyWithLogits", v => v[0].BinaryCrossEntropyWithLogits(Target(15).Sigmoid(), Weights(15)), [[3, 5]] },
        { "CrossEntropy", v => v[0].CrossEntropy(new[] { 2, 0, 4 }), [[3, 5]] },
        { "CrossEntropy weighted", v => v[0].CrossEntropy(new[] { 2, 0, 4 }, Weights(5)), [[3, 5]] },
    };

    /// <summary>Keeps numbers so far apart that a finite difference does not change their order.</summary>
    static readonly Tensor s_apart = Tensor.Of([0, 50, 20, 40, 10, 30], 6, 1);

    [Theory, MemberData(nameof(Operations))]
    public void Gradient_of_every_operation_agrees_with_finite_differences(string name, Func<Tensor[], Tensor> f, int[][] shapes)
    {
        Assert.NotEmpty(name);
        GradientCheck.Run(f, [.. shapes.Select((shape, i) => GradientCheck.Draw(shape, (ulong)(i + 1)))]);
    }

    static Tensor Target(int count) => GradientCheck.Draw([3, count / 3], 50);

    static Tensor Weights(int count)
    {
        var weights = GradientCheck.Draw([count], 60);
        foreach (ref float w in weights.Values) w = MathF.Abs(w) + 0.1f;
        return weights;
    }
}
