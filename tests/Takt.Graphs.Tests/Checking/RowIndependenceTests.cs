using Takt.Graphs.Checking.Rows;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;
using Takt.Tests;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Tests.Checking;

/// <summary>Rows of several callers are computed together only where the graph is shown to keep them apart; and what is shown so gives the same bits alone and together.</summary>
public class RowIndependenceTests
{
    /// <summary>What couples rows, on x [rows, 4, 6].</summary>
    static readonly Dictionary<string, Func<GraphBuilder, string>> s_coupled = new()
    {
        ["softmax over the rows"] = g => g.Node("Softmax", ["x"], null, ("axis", 0L)),
        ["softmax over all axes, of older operator sets"] = g => g.Node("Softmax", ["x"], null, ("axis", -3L)),
        ["sum over the rows"] = g => g.Node("Add", ["x", g.Node("ReduceSum", ["x", g.Integers("axes", [0])])]),
        ["mean of everything"] = g => g.Node("Sub", ["x", g.Node("ReduceMean", ["x"])]),
        ["largest of the rows"] = g => g.Node("Add", ["x", g.Node("ReduceMax", ["x"], null, ("axes", (long[])[0, 2]))]),
        ["reshape across rows"] = g => g.Node("Reshape", [g.Node("Softmax", [g.Node("Reshape", ["x", g.Integers("flat", [1, -1])])]), g.Integers("back", [-1, 4, 6])]),
        ["rows behind another axis and softmax over them"] = g => g.Node("Transpose", [g.Node("Softmax", [g.Node("Transpose", ["x"], null, ("perm", (long[])[1, 2, 0]))])], null, ("perm", (long[])[2, 0, 1])),
        ["reshape of transposed rows"] = g => g.Node("Reshape", [g.Node("Transpose", ["x"], null, ("perm", (long[])[1, 0, 2])), g.Integers("sizes", [-1, 4, 6])]),
        ["batch norm in training"] = g => g.Nodes("BatchNormalization", ["x", g.Weights("s", [1, 1, 1, 1], 4), g.Weights("b", [0, 0, 0, 0], 4), g.Weights("m", [0, 0, 0, 0], 4), g.Weights("v", [1, 1, 1, 1], 4)], ["y", "rm", "rv"], ("training_mode", 1L))[0],
        ["dynamic quantisation of the whole tensor"] = g =>
        {
            string[] parts = g.Nodes("DynamicQuantizeLinear", ["x"], ["q", "scale", "zero"]);
            return g.Node("DequantizeLinear", parts);
        },
        ["running sum down the rows"] = g => g.Node("CumSum", ["x", g.Integers("axis", [0], scalar: true)]),
        ["order of the rows"] = g => g.Nodes("TopK", ["x", g.Integers("k", [1])], ["values", "places"], ("axis", 0L))[0],
        ["neighbouring rows"] = g => g.Node("Concat", [g.Node("Slice", ["x", g.Integers("one", [1]), g.Integers("end", [9999]), g.Integers("zero", [0])]), g.Node("Slice", ["x", g.Integers("none", [0]), g.Integers("first", [1]), g.Integers("zero", [0])])], null, ("axis", 0L)),
        ["rows in reverse"] = g => g.Node("Slice", ["x", g.Integers("start", [-1]), g.Integers("end", [-9999]), g.Integers("axes", [0]), g.Integers("steps", [-1])]),
        ["rows by rows"] = g => g.Node("MatMul", [g.Node("Reshape", [g.Node("MatMul", [g.Node("Flatten", ["x"]), g.Node("Transpose", [g.Node("Flatten", ["x"])])]), g.Integers("s", [0, -1, 1])]), g.Weights("w", [1], 1, 1)]),
        ["divided by the number of rows"] = g => g.Node("Div", ["x", g.Node("Cast", [g.Node("Gather", [g.Node("Shape", ["x"]), g.Integers("zero", [0], scalar: true)])], null, ("to", 1L))]),
        ["mean of variance over the batch"] = g => g.Node("MeanVarianceNormalization", ["x"], null, ("axes", (long[])[0, 2])),
        ["noise"] = g => g.Node("Add", ["x", g.Node("RandomNormalLike", ["x"])]),
        ["rows twice"] = g => g.Node("Concat", ["x", "x"], null, ("axis", 0L)),
        ["one row for all"] = g => g.Node("ReduceSum", ["x", g.Integers("axes", [0])]),
        ["rows not first"] = g => g.Node("Transpose", ["x"], null, ("perm", (long[])[1, 0, 2])),
        ["which are not zero"] = g => g.Node("Transpose", [g.Node("NonZero", ["x"])]),
        ["largest places of windows, counted through the batch"] = g => g.Nodes("MaxPool", ["x"], ["y", "places"], ("kernel_shape", (long[])[2]))[1],
        ["a wall of three rows"] = g => g.Node("Add", ["x", g.Weights("three", new float[3 * 24], 3, 4, 6)]),
        ["a normaliser over a single axis"] = g => g.Node("Normalizer", [g.Node("ReduceSum", ["x", g.Integers("axes", [1, 2])], null, ("keepdims", 0L))]),
    };

    public static TheoryData<string> Coupled => [.. s_coupled.Keys];

    [Theory, MemberData(nameof(Coupled))]
    public void What_couples_rows_is_not_taken_for_independent(string name)
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", null, 4, 6);
        builder.Output(s_coupled[name](builder));
        var model = builder.Build();
        if (name.Contains("older", StringComparison.Ordinal)) model.OpsetImport[0].Version = 12;
        Assert.NotNull(RowIndependence.Obstacle(model));
    }

    [Fact]
    public void Inputs_must_begin_with_one_and_the_same_open_axis()
    {
        Assert.NotNull(Obstacle((DataType.Float, ["a", 3]), (DataType.Float, ["b", 3])));
        Assert.NotNull(Obstacle((DataType.Float, ["n", "n"])));
        Assert.NotNull(Obstacle((DataType.Float, [1, 3])));
        Assert.NotNull(Obstacle((DataType.Float, [])));
        Assert.NotNull(Obstacle((DataType.Float, ["n", 3]), (DataType.Float, [3])));
        Assert.Null(Obstacle((DataType.Float, ["n", 3]), (DataType.Float, ["n", 1])));

        static string? Obstacle(params (DataType Type, Dimension[] Sizes)[] inputs)
        {
            var builder = new GraphBuilder("g");
            for (int i = 0; i < inputs.Length; i++) builder.Input($"x{i}", inputs[i].Type, inputs[i].Sizes);
            builder.Output(inputs.Length == 1 ? builder.Node("Relu", ["x0"]) : builder.Node("Add", ["x0", "x1"]));
            return RowIndependence.Obstacle(builder.Build());
        }
    }

    public static TheoryData<string> Traced => Network.Names;

    [Theory, MemberData(nameof(Traced))]
    public void Networks_that_Takt_trains_keep_rows_apart(string name) => Assert.Null(RowIndependence.Obstacle(Network.Of(name).Trace()));

    /// <summary>
    /// The transformer looks from each text at all others: its first axis is that of its tokens. The autoencoder computes how far it pads, which is not followed. Of the last three a single row is all that can be asked.
    /// </summary>
    [SharedDataTheory("conformance/onnx-models/README.md")]
    [InlineData("autoencoder_digits", false)]
    [InlineData("mobilenet_digits", true)]
    [InlineData("vespa_transformer", false)]
    [InlineData("magika_v3_3", true)]
    [InlineData("dtln_1", false)]
    [InlineData("silero_vad_16k", false)]
    [InlineData("mnist_cnn", false)]
    public void Real_networks(string name, bool apart)
    {
        var proto = ModelFile.Parse(File.ReadAllBytes(Path.Combine(SharedData.Root!, "conformance", "onnx-models", name, "model.onnx")), name);
        Assert.True(apart == RowIndependence.Obstacle(proto) is null, RowIndependence.Obstacle(proto) ?? "nothing couples rows");
        if (apart) AssertSameBits(proto, new Generator(1), rows: 5);
    }

    /// <summary>The law itself: graphs drawn at random from operators that keep rows apart and others that do not; whichever is found to keep them apart does so to the last bit.</summary>
    [Fact]
    public void Whatever_is_found_to_keep_rows_apart_gives_the_same_bits_alone_and_together()
    {
        int apart = 0, tried = 0;
        for (ulong seed = 0; seed < 400; seed++)
        {
            var random = new Generator(seed);
            ModelProto model;
            try
            {
                model = Draw(random);
                Plan.Compile(model);
            }
            catch (InputException)   // drawn steps that do not fit each other
            {
                continue;
            }

            tried++;
            if (RowIndependence.Obstacle(model) is not null) continue;
            apart++;
            AssertSameBits(model, random, rows: 4);
        }

        Assert.True(apart > 60 && tried - apart > 60, $"{apart} of {tried}");   // both kinds are among them
    }

    static ModelProto Draw(Generator random)
    {
        var g = new GraphBuilder("g");
        g.Input("x", null, 4, 6);
        int names = 0;
        string at = "x";
        for (int i = 1 + random.NextInt(5); i > 0; i--)
            at = random.NextInt(22) switch
            {
                0 => g.Node("Softmax", [at], null, ("axis", random.NextInt(3) - 1L)),
                1 => g.Node("Transpose", [at], null, ("perm", Perm())),
                2 => g.Node("Reshape", [at, g.Integers(Name(), random.NextInt(4) switch { 0 => [0, -1, 4], 1 => [-1, 4, 6], 2 => [0, 0, 2, -1], _ => [-1, 6, 4] })]),
                3 => g.Node("Relu", [at]),
                4 => g.Node("Add", [at, g.Weights(Name(), [.. Enumerable.Range(0, 6).Select(_ => (float)random.NextNormal())], 6)]),
                5 => g.Node("MatMul", [at, g.Weights(Name(), [.. Enumerable.Range(0, 36).Select(_ => (float)random.NextNormal())], 6, 6)]),
                6 => g.Node("ReduceMean", [at], null, ("axes", (long[])[random.NextInt(3)]), ("keepdims", 1L)),
                7 => g.Node("Sub", [at, g.Node("ReduceMax", [at], null, ("axes", (long[])[random.NextInt(3)]), ("keepdims", 1L))]),
                8 => g.Node("LayerNormalization", [at, g.Weights(Name(), [1], 1)], null, ("axis", -1L - random.NextInt(2))),
                9 => g.Node("Concat", [at, g.Node("Tanh", [at])], null, ("axis", (long)random.NextInt(3))),
                10 => g.Node("Slice", [at, g.Integers(Name(), [0]), g.Integers(Name(), [2]), g.Integers(Name(), [random.NextInt(3)])]),
                11 => g.Node("CumSum", [at, g.Integers(Name(), [random.NextInt(3)], scalar: true)]),
                12 => g.Node("MatMul", [at, g.Node("Transpose", [at], null, ("perm", (long[])[0, 2, 1]))]),
                13 => g.Node("Reshape", [at, g.Node("Shape", ["x"])]),
                14 => g.Node("Gather", [at, g.Integers(Name(), [1, 0])], null, ("axis", (long)random.NextInt(3))),
                15 => g.Node("Flatten", [at], null, ("axis", (long)random.NextInt(3))),
                16 => g.Node("Mul", [at, g.Node("ConstantOfShape", [g.Node("Shape", [at])])]),
                17 => g.Node("Conv", [at, g.Weights(Name(), [.. Enumerable.Range(0, 32).Select(_ => (float)random.NextNormal())], 4, 4, 2)]),
                18 => g.Node("Pad", [at, g.Integers(Name(), [0, random.NextInt(2), 1, random.NextInt(2), 0, 1])]),
                19 => g.Node("LpNormalization", [at], null, ("axis", random.NextInt(3) - 1L)),
                20 => g.Node("Unsqueeze", [at, g.Integers(Name(), [random.NextInt(2)])]),
                _ => g.Node("LSTM", [at, g.Weights(Name(), [.. Enumerable.Range(0, 48).Select(_ => (float)random.NextNormal())], 1, 8, 6), g.Weights(Name(), [.. Enumerable.Range(0, 16).Select(_ => (float)random.NextNormal())], 1, 8, 2)], null, ("hidden_size", 2L), ("layout", (long)random.NextInt(2))),
            };
        g.Output(at);
        return g.Build();

        long[] Perm()
        {
            long[] perm = [0, 1, 2];
            if (random.NextInt(3) == 0) random.Shuffle<long>(perm);
            else (perm[1], perm[2]) = (2, 1);
            return perm;
        }

        string Name() => $"c{names++}";
    }

    /// <summary>Each row alone gives the bits that it gives among others.</summary>
    static void AssertSameBits(ModelProto proto, Generator random, int rows)
    {
        var model = new TensorModel(proto);
        if (SampleMaker.Make(model, proto, rows, random) is not var (inputs, together)) return;   // sizes that fit nothing: there is no answer to compare
        Assert.All(together, output => Assert.Equal(rows, output.Shape[0]));
        for (int row = 0; row < rows; row++)
        {
            var alone = model.Infer([.. inputs.Select(i => i.Rows(row, 1))]);
            for (int i = 0; i < alone.Count; i++) Assert.Equal(together[i].Rows(row, 1).Bytes.ToArray(), alone[i].Bytes.ToArray());
        }
    }
}
