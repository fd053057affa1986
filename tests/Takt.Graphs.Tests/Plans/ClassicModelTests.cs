using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Protocols.Problems;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Tests.Plans;

/// <summary>Classic models where the conformance cases are thin; ONNX Runtime is asked for what a model answers.</summary>
public class ClassicModelTests
{
    static readonly float[] s_rows = [0.3f, -1.2f, 2.5f, 0.1f, 0, 0, -0.7f, 1.9f, 0.31f, -0.4f, 1.1f, -3f];   // 4 rows of 3

    static readonly Dictionary<string, ModelProto> s_models = new()
    {
        ["poly"] = Regressor("POLY"),
        ["sigmoid"] = Regressor("SIGMOID"),
        ["rbf"] = Regressor("RBF"),
        ["outliers"] = Regressor("RBF", ("one_class", 1L)),
        ["support vectors of two classes"] = SupportVectors(2),
        ["support vectors of three classes"] = SupportVectors(3),
        ["one score for two classes"] = Trees([0.4f, -1.5f, 2f], [0, 0, 0], "NONE"),
        ["one score for two classes, logistic"] = Trees([0.4f, -1.5f, 2f], [0, 0, 0], "LOGISTIC"),
        ["one probability for two classes"] = Trees([0.4f, 0.1f, 0.9f], [0, 0, 0], "NONE"),
        ["three classes"] = Trees([0.4f, 1.5f, 2f], [0, 1, 2], "SOFTMAX"),
        ["linear, logistic"] = Linear("LOGISTIC"),
        ["linear, softmax"] = Linear("SOFTMAX"),
    };

    public static TheoryData<string> Models => [.. s_models.Keys];

    [OnnxRuntimeTheory, MemberData(nameof(Models))]
    public void Scores_are_those_of_ONNX_Runtime(string name)
    {
        var (expected, sizes) = OnnxRuntime.Run(s_models[name], s_rows, [4, 3]);
        var found = Plan.Compile(s_models[name]).Run(NamedTensor.Of<float>("x", s_rows, 4, 3))[0];
        Assert.Equal(sizes, found.Sizes);
        Assert.Equal(expected, found.Elements<float>().ToArray(), (a, b) => MathF.Abs(a - b) <= 1e-5f * MathF.Max(1, MathF.Abs(a)));
    }

    [OnnxRuntimeTheory, MemberData(nameof(Models))]
    public void Labels_are_those_of_ONNX_Runtime(string name)
    {
        if (s_models[name].Graph.Node[0].Output.Count < 2) return;   // a regression
        var model = s_models[name].Clone();
        model.Graph.Output[0].Name = "y0";
        model.Graph.Output[0].Type.TensorType.ElemType = (int)DataType.Int64;
        var input = NamedTensor.Of<float>("x", s_rows, 4, 3);
        var expected = OnnxRuntime.Run([new(model, [input])])[0];
        Assert.True(expected.Error is null, expected.Error);
        Assert.Equal(expected.Outputs[0].Elements<long>().ToArray(), Plan.Compile(model).Run(input)[0].Elements<long>().ToArray());
    }

    [Fact]
    public void The_probit_is_the_normal_distributions_inverse()   // ONNX Runtime has it to three digits only
    {
        var model = SingleNode.Of("ai.onnx.ml::LinearRegressor", 1, DataType.Float, [DataType.Float], [], ("coefficients", (float[])[1f]), ("post_transform", "PROBIT"));
        Assert.Equal([0, 1.959964f, -2.326348f], Plan.Compile(model).Run([0.5f, 0.975f, 0.01f], 3, 1), (a, b) => MathF.Abs(a - b) < 1e-6f);
    }

    [Fact]
    public void Missing_values_take_the_branch_that_the_node_names()
    {
        foreach (string mode in (string[])["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"])
            foreach (long tracks in (long[])[0, 1])
            {
                var plan = Plan.Compile(Stump(mode, tracks, [1, 2], "SUM"));
                float[] found = plan.Run([float.NaN, 0, 0.5f, 1], 4, 1);
                Assert.Equal(tracks == 1 ? 1f : 2f, found[0]);
                Assert.Equal(mode switch { "BRANCH_LEQ" => [1, 1, 2f], "BRANCH_LT" => [1, 2, 2f], "BRANCH_GTE" => [2, 1, 1f], "BRANCH_GT" => [2, 2, 1f], "BRANCH_EQ" => [2, 1, 2f], _ => [1, 2, 1f] }, found[1..]);
            }
    }

    [Theory]
    [InlineData("SUM", 11f, 22f)]
    [InlineData("AVERAGE", 5.5f, 11f)]
    [InlineData("MIN", 1f, 2f)]
    [InlineData("MAX", 10f, 20f)]
    public void Leaves_are_summed_up_as_the_node_says(string sum, float low, float high) =>
        Assert.Equal([low, high], Plan.Compile(Stump("BRANCH_LEQ", 0, [1, 2, 10, 20], sum)).Run([0, 1], 2, 1));

    [Fact]
    public void Branches_in_a_cycle_are_refused()
    {
        var model = Stump("BRANCH_LEQ", 0, [1, 2], "SUM");
        var children = model.Graph.Node[0].Attribute.First(a => a.Name == "nodes_truenodeids");
        children.Ints[0] = 0;   // the root is its own child
        Assert.Contains("cycle", Assert.Throws<InputException>(() => Plan.Compile(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Probabilities_in_maps_are_offered_as_a_tensor()
    {
        var model = Linear("SOFTMAX");
        model.Graph.Node.Add(new NodeProto { OpType = "ZipMap", Domain = "ai.onnx.ml", Name = "z", Input = { "y1" }, Output = { "maps" } });
        model.Graph.Output.Clear();
        var map = new TypeProto { MapType = new() { KeyType = (int)DataType.Int64, ValueType = new TypeProto { TensorType = new() { ElemType = (int)DataType.Float } } } };
        model.Graph.Output.Add(new ValueInfoProto { Name = "maps", Type = new TypeProto { SequenceType = new() { ElemType = map } } });
        var found = Plan.Compile(model).Run(NamedTensor.Of<float>("x", s_rows, 4, 3))[0];
        Assert.Equal([4, 2], found.Sizes);
        foreach (float[] row in found.Elements<float>().ToArray().Chunk(2)) Assert.Equal(1, row[0] + row[1], 1e-6f);
    }

    [Fact]
    public void Lists_of_different_lengths_are_told()
    {
        var model = SingleNode.Of("ai.onnx.ml::LabelEncoder", 2, DataType.Int64, [DataType.String], [], ("keys_int64s", (long[])[1, 2, 3]), ("values_strings", (string[])["a", "b"]));
        Assert.Contains("values of 2 elements; expected 3", Assert.Throws<InputException>(() => Plan.Compile(model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_categories_are_zeros_or_an_error()
    {
        float[] Run(long zeros) => Plan.Compile(SingleNode.Of("ai.onnx.ml::OneHotEncoder", 1, DataType.Int64, [DataType.Float], [], ("cats_int64s", (long[])[7, 9]), ("zeros", zeros)))
            .Run(NamedTensor.Of<long>("x", [9, 8], 2))[0].Elements<float>().ToArray();
        Assert.Equal([0, 1, 0, 0], Run(1));
        Assert.Contains("category 8", Assert.Throws<InputException>(() => Run(0)).Message, StringComparison.Ordinal);
    }

    static ModelProto Regressor(string kernel, params (string, object)[] more) => SingleNode.Of(
        "ai.onnx.ml::SVMRegressor", 1, DataType.Float, [DataType.Float], [],
        [("kernel_type", kernel), ("kernel_params", (float[])[0.4f, 0.3f, 2]), ("n_supports", 2L), ("support_vectors", (float[])[0.1f, 0.2f, -0.3f, 1, -1, 0.5f]), ("coefficients", (float[])[0.8f, -1.1f]), ("rho", (float[])[0.05f]), .. more]);

    static ModelProto SupportVectors(int classes) => SingleNode.Of(
        "ai.onnx.ml::SVMClassifier", 1, DataType.Float, [DataType.Undefined, DataType.Float], [],
        ("kernel_type", "RBF"), ("kernel_params", (float[])[0.4f, 0, 3]), ("classlabels_ints", Count(classes)), ("vectors_per_class", Count(classes, by: 0, from: 2)),
        ("support_vectors", Draw(classes * 2 * 3)), ("coefficients", Draw((classes - 1) * classes * 2)), ("rho", Draw(classes * (classes - 1) / 2)), ("post_transform", "NONE"));

    /// <summary>One tree of two decisions and three leaves.</summary>
    static ModelProto Trees(float[] weights, long[] ids, string transform) => SingleNode.Of(
        "ai.onnx.ml::TreeEnsembleClassifier", 1, DataType.Float, [DataType.Undefined, DataType.Float], [],
        ("nodes_treeids", (long[])[0, 0, 0, 0, 0]), ("nodes_nodeids", Count(5)), ("nodes_featureids", (long[])[0, 0, 1, 0, 0]), ("nodes_values", (float[])[0.2f, 0, 0.5f, 0, 0]),
        ("nodes_modes", (string[])["BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"]), ("nodes_truenodeids", (long[])[1, 0, 3, 0, 0]), ("nodes_falsenodeids", (long[])[2, 0, 4, 0, 0]),
        ("class_treeids", (long[])[0, 0, 0]), ("class_nodeids", (long[])[1, 3, 4]), ("class_ids", ids), ("class_weights", weights),
        ("classlabels_int64s", Count(ids.Max() > 1 ? 3 : 2)), ("post_transform", transform));

    /// <summary>Trees of one decision, x with 0.5; two leaves each.</summary>
    static ModelProto Stump(string mode, long tracks, float[] leaves, string sum)
    {
        int trees = leaves.Length / 2;
        long[] PerTree(params long[] each) => [.. Enumerable.Repeat(each, trees).SelectMany(e => e)];
        return SingleNode.Of(
            "ai.onnx.ml::TreeEnsembleRegressor", 1, DataType.Float, [DataType.Float], [],
            ("nodes_treeids", Count(trees * 3, by: 1, every: 3)), ("nodes_nodeids", PerTree(0, 1, 2)), ("nodes_featureids", PerTree(0, 0, 0)), ("nodes_values", Array.ConvertAll(PerTree(1, 0, 0), v => v / 2f)),
            ("nodes_modes", (string[])[.. Enumerable.Repeat((string[])[mode, "LEAF", "LEAF"], trees).SelectMany(m => m)]), ("nodes_truenodeids", PerTree(1, 0, 0)), ("nodes_falsenodeids", PerTree(2, 0, 0)),
            ("nodes_missing_value_tracks_true", PerTree(tracks, 0, 0)), ("target_treeids", Count(trees * 2, by: 1, every: 2)), ("target_nodeids", PerTree(1, 2)), ("target_ids", PerTree(0, 0)), ("target_weights", leaves),
            ("n_targets", 1L), ("aggregate_function", sum));
    }

    static ModelProto Linear(string transform) => SingleNode.Of(
        "ai.onnx.ml::LinearClassifier", 1, DataType.Float, [DataType.Undefined, DataType.Float], [],
        ("coefficients", Draw(6)), ("intercepts", (float[])[0.1f, -0.2f]), ("classlabels_ints", Count(2)), ("post_transform", transform));

    static long[] Count(int count, int by = 1, int from = 0, int every = 1) => [.. Enumerable.Range(0, count).Select(i => (long)((i / every * by) + from))];

    static float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin((i * 7) + 1))];
}
