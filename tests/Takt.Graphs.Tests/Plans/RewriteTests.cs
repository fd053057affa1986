using System.Runtime.InteropServices;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Tensors;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Every rewrite leaves results as they were: beyond single precision nothing is rewritten, so that is the truth.</summary>
public class RewriteTests
{
    [Theory]
    [InlineData("Conv", 1)]
    [InlineData("Conv", 2)]
    [InlineData("ConvTranspose", 1)]
    [InlineData("ConvTranspose", 2)]
    public void A_batch_normalisation_goes_into_the_convolution_before_it(string convolution, int groups) =>
        AssertSame([2, 4, 7, 6], [convolution], g =>
        {
            int outputs = 6, perGroup = convolution == "Conv" ? outputs : 4, across = convolution == "Conv" ? 4 / groups : outputs / groups;
            string y = g.Node(convolution, ["x", g.Draw("w", perGroup, across, 3, 3), g.Draw("b", outputs)], null, ("group", (long)groups), ("pads", (long[])[1, 0, 1, 2]));
            string z = g.Node("BatchNormalization", [y, g.Draw("scale", outputs), g.Draw("shift", outputs), g.Draw("mean", outputs), g.Positive("variance", outputs)]);
            return [y, z, g.Node("Relu", [z])];
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]   // the sum stretches the convolution's result
    public void A_residual_block_is_one_convolution_at_its_end(bool stretches) =>
        AssertSame([2, 3, 5, 7], ["Conv", stretches ? "GlobalAveragePool" : "Conv", "Conv"], g =>
        {
            string skip = g.Node("Conv", ["x", g.Draw("w", 4, 3, 1, 1)]), main = g.Node("Relu", [g.Node("Conv", ["x", g.Draw("u", 4, 3, 3, 3), g.Draw("b", 4)], null, ("pads", (long[])[1, 1, 1, 1]))]);
            if (stretches) main = g.Node("GlobalAveragePool", ["x"]);
            string end = g.Node("Conv", [main, g.Draw("v", 4, stretches ? 3 : 4, 1, 1)]), sum = g.Node("Add", [end, skip]);
            return [skip, end, sum, g.Node("Relu", [sum])];
        });

    [Theory]
    [InlineData("erf, halved at the end")]
    [InlineData("erf, x halved first")]
    [InlineData("tanh, cube by Pow")]
    [InlineData("tanh, cube by products")]
    public void A_written_out_Gelu_is_one_step_again(string form) =>
        AssertSame([3, 5], ["Gelu"], g =>
        {
            string bent = form.StartsWith("erf", StringComparison.Ordinal)
                ? g.Node("Erf", [g.Node("Div", ["x", g.Scalar(MathF.Sqrt(2))])])
                : g.Node("Tanh", [g.Node("Mul", [g.Scalar(MathF.Sqrt(2 / MathF.PI)), g.Node("Add", ["x", Cube(g, form)])])]);
            string sum = g.Node("Add", [g.Scalar(1), bent]);
            return [form.EndsWith("first", StringComparison.Ordinal)
                ? g.Node("Mul", [g.Node("Mul", ["x", g.Scalar(0.5f)]), sum])
                : g.Node("Mul", ["x", g.Node("Mul", [g.Scalar(0.5f), sum])])];
        });

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void A_written_out_norm_is_one_step_again(bool isCentred, bool isShifted) =>
        AssertSame([2, 3, 8], [isCentred ? "LayerNormalization" : "RMSNormalization"], g =>
        {
            string centred = isCentred ? g.Node("Sub", ["x", g.Node("ReduceMean", ["x"], null, ("axes", (long[])[-1]))]) : "x";
            string spread = g.Node("Sqrt", [g.Node("Add", [g.Node("ReduceMean", [g.Node("Pow", [centred, g.Scalar(2)])], null, ("axes", (long[])[-1])), g.Scalar(1e-5f)])]);
            string y = g.Node("Mul", [g.Node("Div", [centred, spread]), g.Draw("scale", 8)]);
            return [isShifted ? g.Node("Add", [y, g.Draw("shift", 8)]) : y];
        });

    [Theory]
    [InlineData("steps first")]
    [InlineData("heads inside")]
    public void A_written_out_attention_is_one_step_again(string layout) =>
        AssertSame(layout == "steps first" ? [5, 2, 8] : [2, 5, 8], ["MatMul", "Reshape", "MatMul", "Reshape", "MatMul", "Reshape", "Attention", "Reshape"], g =>
        {
            string shape = layout == "steps first" ? g.Integers(5, -1, 4) : g.Integers(0, 0, 2, 4);
            long[] front = layout == "steps first" ? [1, 0, 2] : [0, 2, 1, 3], turned = layout == "steps first" ? [1, 2, 0] : [0, 2, 3, 1];
            string q = Heads("q", front), k = Heads("k", turned), v = Heads("v", front);
            string weights = g.Node("Softmax", [g.Node("MatMul", [g.Node("Div", [q, g.Scalar(2)]), k])], null, ("axis", -1L));
            string y = g.Node("Transpose", [g.Node("MatMul", [weights, v])], null, ("perm", front));
            return [g.Node("Reshape", [y, layout == "steps first" ? g.Integers(5, -1, 8) : g.Integers(2, -1, 8)])];

            string Heads(string name, long[] order) => g.Node("Transpose", [g.Node("Reshape", [g.Node("MatMul", ["x", g.Draw(name, 8, 8)]), shape])], null, ("perm", order));
        });

    [Theory]
    [InlineData(2, 3, 5, 4)]
    [InlineData(3, 5, 4)]
    public void So_is_one_whose_heads_stand_in_front(params int[] sizes) =>
        AssertSame(sizes, ["MatMul", "MatMul", "Attention"], g =>
        {
            long[] turned = sizes.Length == 4 ? [0, 1, 3, 2] : [0, 2, 1];
            string k = g.Node("Transpose", [g.Node("MatMul", ["x", g.Draw("k", 4, 4)])], null, ("perm", turned));
            string scores = g.Node("Mul", [g.Node("MatMul", [g.Node("MatMul", ["x", g.Draw("q", 4, 4)]), k]), g.Scalar(0.5f)]);
            return [g.Node("MatMul", [g.Node("Softmax", [scores], null, ("axis", -1L)), "x"])];
        });

    [Fact]
    public void A_written_out_Swish_belongs_to_its_convolution() =>
        AssertSame([2, 3, 5, 5], ["Conv"], g =>
        {
            string y = g.Node("Conv", ["x", g.Draw("w", 4, 3, 3, 3)]);
            return [g.Node("Mul", [g.Node("Sigmoid", [y]), y])];
        });

    [Theory]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]   // a residual block before it
    [InlineData(1, true)]   // dilated windows: by the definition
    public void The_largest_of_windows_belongs_to_its_convolution(long stride, bool isResidual) =>
        AssertSame([5, 3, 9, 8], ["Conv"], g =>
        {
            string y = g.Node("Conv", ["x", g.Draw("w", 3, 3, 3, 3), g.Draw("b", 3)], null, ("pads", (long[])[1, 1, 1, 1]));
            if (isResidual) y = g.Node("Add", [y, "x"]);
            return [g.Node("MaxPool", [g.Node("Relu", [y])], null, ("kernel_shape", (long[])[3, 2]), ("strides", (long[])[stride, stride]), ("dilations", (long[])[stride == 1 ? 2 : 1, 1]), ("pads", (long[])[1, 0, 1, 1]))];
        });

    [Theory]
    [InlineData(false, 4, 1, 1)]
    [InlineData(true, 1, 4, 1, 1)]
    [InlineData(true, 1)]
    public void A_constant_for_each_output_is_the_bias_of_its_convolution(bool isBiased, params int[] sizes) =>
        AssertSame([2, 3, 5, 5], ["Conv"], g =>
        {
            string y = g.Node("Conv", isBiased ? ["x", g.Draw("w", 4, 3, 3, 3), g.Draw("b", 4)] : ["x", g.Draw("w", 4, 3, 3, 3)]);
            return [g.Node("Relu", [g.Node("Add", [y, g.Draw("shift", sizes)])])];
        });

    [Theory]
    [InlineData(4)]          // along the width
    [InlineData(2, 1, 1, 1)] // by image
    public void A_constant_along_another_axis_is_not(params int[] sizes) =>
        AssertSame([2, 3, 6, 6], ["Conv", "Add"], g => [g.Node("Add", [g.Node("Conv", ["x", g.Draw("w", 4, 3, 3, 3)]), g.Draw("shift", sizes)])]);

    [Theory]
    [InlineData(3, 13, 21)]    // few channels: direct
    [InlineData(16, 15, 18)]   // in squares
    [InlineData(3, 7, 6)]      // too narrow for either
    public void So_does_the_largest_of_two_by_two(int channels, int height, int width) =>
        AssertSame([3, channels, height, width], ["Conv"], g =>
        {
            string y = g.Node("Conv", ["x", g.Draw("w", 17, channels, 3, 3), g.Draw("b", 17)], null, ("pads", (long[])[1, 1, 1, 1]));
            return [g.Node("MaxPool", [g.Node("Relu", [y])], null, ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]))];
        }, channels == 16 ? 1e-4f : 2e-5f);   // squares round otherwise: within 4e-6 of the sum of the absolute products

    [Fact]
    public void Columns_that_are_cut_apart_are_products_of_their_own() =>
        AssertSame([2, 3, 8], ["MatMul", "MatMul", "Mul"], g =>
        {
            string all = g.Node("Add", [g.Node("MatMul", ["x", g.Draw("w", 8, 10)]), g.Draw("b", 10)]);
            string left = g.Node("Slice", [all, g.Integers(0), g.Integers(5), g.Integers(-1)]), right = g.Node("Slice", [all, g.Integers(5), g.Integers(long.MaxValue), g.Integers(-1)]);
            return [g.Node("Mul", [left, right])];
        });

    [Fact]
    public void Transposes_meet_and_cancel() =>
        AssertSame([2, 3, 4], ["Relu"], g => [g.Node("Transpose", [g.Node("Relu", [g.Node("Transpose", ["x"], null, ("perm", (long[])[2, 0, 1]))])], null, ("perm", (long[])[1, 2, 0]))]);

    [Fact]
    public void Of_a_chain_of_sizes_the_last_counts() =>
        AssertSame([2, 3, 4], ["Reshape"], g => [g.Node("Reshape", [g.Node("Unsqueeze", [g.Node("Reshape", ["x", g.Integers(6, 4)]), g.Integers(0)]), g.Integers(3, -1)])]);

    [Fact]
    public void Zeros_around_an_image_become_the_padding_of_its_convolution() =>
        AssertSame([2, 3, 5, 5], ["Conv"], g =>
            [g.Node("Conv", [g.Node("Pad", ["x", g.Integers(0, 0, 1, 2, 0, 0, 0, 1)]), g.Draw("w", 4, 3, 3, 3)], null, ("pads", (long[])[1, 0, 0, 1]))]);

    [Fact]
    public void A_stack_of_recurrent_layers_loses_its_transposes_and_its_zeros() =>
        AssertSame([2, 5, 3], ["LSTM", "LSTM"], g =>
        {
            string x = g.Node("Transpose", ["x"], null, ("perm", (long[])[1, 0, 2])), zero = g.Graph.Weights("zero", new float[2 * 4], 1, 2, 4);
            string first = Layer(x, 3), second = Layer(first, 4);
            return [g.Node("Transpose", [second], null, ("perm", (long[])[1, 0, 2]))];

            string Layer(string input, int inputs) => g.Node("Squeeze",
                [g.Node("LSTM", [input, g.Draw("w", 1, 16, inputs), g.Draw("r", 1, 16, 4), g.Draw("b", 1, 32), "", zero, zero], null, ("hidden_size", 4L)), g.Integers(1)]);
        });

    [Fact]
    public void What_changes_nothing_is_not_run() =>
        AssertSame([2, 3], ["Relu"], g => [g.Node("Relu", [g.Node("Dropout", [g.Node("Concat", [g.Node("Identity", ["x"])], null, ("axis", 0L))])])]);

    static string Cube(Drawing g, string form) =>
        form.EndsWith("Pow", StringComparison.Ordinal)
            ? g.Node("Mul", [g.Node("Pow", ["x", g.Scalar(3)]), g.Scalar(0.044715f)])
            : g.Node("Mul", ["x", g.Node("Mul", ["x", g.Node("Mul", [g.Scalar(0.044715f), "x"])])]);

    /// <summary>Runs a graph in single precision, where it is rewritten, and in double precision, where no rewrite touches it; and looks at what runs.</summary>
    internal static void AssertSame(int[] sizes, string[]? operators, Func<Drawing, string[]> add, float tolerance = 2e-5f)
    {
        var drawing = new Drawing();
        drawing.Graph.Input("x", [.. Enumerable.Repeat<int?>(null, sizes.Length)]);
        drawing.Graph.Output(add(drawing)[^1]);
        var model = drawing.Graph.Build();
        var fused = Plan.Compile(model);
        if (operators is not null) Assert.Equal(operators, fused.Operators);
        float[] x = Tensor.Normal(sizes, 1, new Generator(5)).Values.ToArray();
        var found = fused.Run(NamedTensor.Of<float>("x", x, sizes))[0];
        var expected = Plan.Compile(InDouble(model)).Run(NamedTensor.Of<double>("x", [.. x.Select(v => (double)v)], sizes))[0];
        Assert.Equal(expected.Sizes, found.Sizes);
        for (int i = 0; i < found.Elements<float>().Length; i++) Assert.Equal(expected.Elements<double>()[i], found.Elements<float>()[i], tolerance);
    }

    /// <summary>The same model in double precision.</summary>
    static ModelProto InDouble(ModelProto model)
    {
        model = model.Clone();
        foreach (var value in model.Graph.Input.Concat(model.Graph.Output)) value.Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Double;
        foreach (var weights in model.Graph.Initializer.Where(i => i.DataType == (int)TensorProto.Types.DataType.Float))
        {
            double[] values = [.. MemoryMarshal.Cast<byte, float>(weights.RawData.Span).ToArray().Select(v => (double)v)];
            (weights.DataType, weights.RawData) = ((int)TensorProto.Types.DataType.Double, Google.Protobuf.ByteString.CopyFrom(MemoryMarshal.AsBytes<double>(values)));
        }

        return model;
    }
}

/// <summary>A graph under construction, with weights drawn from a generator.</summary>
sealed class Drawing
{
    readonly Generator _random = new(11);

    public GraphBuilder Graph { get; } = new("g");

    public string Node(string operation, IReadOnlyList<string> inputs, string? output = null, params ReadOnlySpan<(string Name, object Value)> attributes) => Graph.Node(operation, inputs, output, attributes);

    public string Draw(string name, params int[] sizes) => Graph.Weights(name, Tensor.Normal(sizes, 0.5f, _random).Values, sizes);

    public string Positive(string name, params int[] sizes) => Graph.Weights(name, [.. Tensor.Normal(sizes, 1, _random).Values.ToArray().Select(v => (v * v) + 0.1f)], sizes);

    public string Scalar(float value) => Graph.Weights("scalar", [value]);

    public string Integers(params long[] values) => Graph.Integers("integers", values);
}
