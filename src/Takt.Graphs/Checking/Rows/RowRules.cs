using System.Collections.Frozen;
using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Checking.Inference.Rules;
using Takt.Graphs.Onnx;

namespace Takt.Graphs.Checking.Rows;

/// <summary>Along which axis the rows lie in an output, for operators that keep rows apart; null where these inputs do not let them. An operator without a rule mixes rows.</summary>
static class RowRules
{
    /// <summary>The axis of the rows in an output, or null.</summary>
    /// <param name="node">A node some of whose inputs are row by row, and none unknown.</param>
    /// <param name="output">Which of its outputs.</param>
    /// <param name="type">What is known of that output.</param>
    public delegate int? Rule(RowNode node, int output, InferredType type);

    static readonly FrozenDictionary<string, Rule> s_standard = new Dictionary<string, Rule>()
        .With((n, _, _) => n.AreFixed(1) ? n.Axis() : null, "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Cast CastLike Ceil Celu Cos Cosh Elu Erf Exp Floor Gelu HardSigmoid HardSwish Identity IsInf IsNaN " +
            "LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Clip RegexFullMatch")
        .With((n, _, _) => n.Stretched([.. Enumerable.Range(0, n.View.InputCount)]), "Add Sub Mul Div Mod Pow BitShift BitwiseAnd BitwiseOr BitwiseXor Max Min Sum Mean Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor Where PRelu StringConcat")
        .With((n, _, _) => n.View.Input(2) is null ? n.Axis() : null, "Dropout")   // a third input may switch training on
        .With(AcrossOneAxis, "CumSum Hardmax LogSoftmax LpNormalization Softmax TopK ArgMax ArgMin")
        .With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && n.Rank() is { } rank && rows < n.View.Axis(n.View.Int("axis", -1), rank) ? rows : null, "LayerNormalization RMSNormalization")
        .With((n, _, _) => n.IsBatch && n.View.Int("training_mode", 0) == 0 && n.View.OutputCount == 1 ? 0 : null, "BatchNormalization")
        .With((n, _, _) => n.IsBatch ? 0 : null, "InstanceNormalization GroupNormalization LRN GlobalAveragePool GlobalMaxPool GlobalLpPool Conv ConvTranspose ConvInteger QLinearConv AveragePool LpPool DepthToSpace SpaceToDepth")
        .With((n, output, _) => n.IsBatch && output == 0 ? 0 : null, "MaxPool")   // its places count through the batch
        .With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && !(n.View.Ints("axes") ?? [0, 2, 3]).Contains(rows) ? rows : null, "MeanVarianceNormalization")
        .With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && n.Rank() - 2 > rows ? rows : null, "Trilu")
        .With(Reduce, "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare")
        .With((n, _, _) => Product(n, 0, 1), "MatMul MatMulInteger").With((n, _, _) => Product(n, 0, 3), "QLinearMatMul").With(Gemm, "Gemm")
        .With(Recurrent, "LSTM GRU RNN")
        .With((n, _, _) => n.Axis(0) == 0 && n.Axis(1) == 0 && n.Axis(2) == 0 && n.AreFixed(6) && (n.View.Input(3) is null || n.Stretched(0, 3) == 0 || (n[3].Dependence == RowDependence.None && n.Rank(3) <= 2))
            && n[4].IsEach == n[5].IsEach && n.Axis(4) is null or 0 && n.Axis(5) is null or 0 && (n[4].IsEach || n.View.Input(4) is null) ? 0 : null, "Attention")
        .With(Reshape, "Reshape Flatten Squeeze Unsqueeze")
        .With((n, _, _) => n.Axis() is { } rows && n.Rank() is { } rank ? Array.IndexOf(n.View.Ints("perm") ?? [.. Enumerable.Range(0, rank).Reverse().Select(i => (long)i)], rows) : null, "Transpose")
        .With(Gather, "Gather").With((n, _, _) => n.Axis() is { } rows && n.Axis(1) == rows && n.Rank() is { } rank && n.View.Axis(n.View.Int("axis", 0), rank) != rows ? rows : null, "GatherElements")
        .With((n, _, type) => NothingElse(n, 1) && n.Axis() is { } rows && type.Shape?[rows] is { } size && size.Equals(n.View.Shape()![rows]) ? rows : null, "Slice")   // an open axis keeps its size only where all of it stays
        .With(Concat, "Concat").With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && n.Rank() is { } rank && n.View.Axis(n.View.Int("axis", 0), rank) != rows ? rows : null, "Split")
        .With(Pad, "Pad").With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && n.View.Numbers(1) is { } repeats && rows < repeats.Length && repeats[rows] == 1 ? rows : null, "Tile")
        .With((n, _, type) => n.Axis() is { } rows && n.Rank() is { } rank && type.Shape is { } shape && shape.Count - rank + rows is var axis && Equals(shape[axis], n.View.Shape()![rows]) ? axis : null, "Expand")
        .With((n, _, type) => n.Axis() == 0 && NothingElse(n, 1) && type.Shape is [{ } size, ..] && size.Equals(n.View.Shape()![0]) ? 0 : null, "Resize Upsample")
        .With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && n.Rank() is { } rank ? n.View.Axis(n.View.Int("axis", -1), rank + 1) is var axis && axis <= rows ? rows + 1 : rows : null, "OneHot")
        .With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && Enumerable.Range(1, n.View.InputCount - 1).All(i => n.View.Shape(i) is { } shape && shape.All(s => s?.Value == 1)) ? rows : null, "QuantizeLinear DequantizeLinear")
        .ToFrozenDictionary();

    static readonly FrozenDictionary<string, Rule> s_ml = new Dictionary<string, Rule>()
        .With((n, _, _) => n.IsBatch && n.Rank() > 1 ? 0 : null, "TreeEnsembleClassifier TreeEnsembleRegressor TreeEnsemble LinearClassifier LinearRegressor SVMClassifier SVMRegressor Normalizer ZipMap Scaler Imputer")   // a single axis would be one row of many features
        .With((n, _, _) => n.Axis(), "Binarizer LabelEncoder CategoryMapper OneHotEncoder")
        .With((n, _, _) => n.AreFixed(1) && n.Axis() is { } rows && n.Rank() - 1 > rows ? rows : null, "ArrayFeatureExtractor")
        .With((n, _, _) => Enumerable.Range(0, n.View.InputCount).All(i => n.Axis(i) == 0 && n.Rank(i) > 1) ? 0 : null, "FeatureVectorizer")
        .ToFrozenDictionary();

    /// <summary>The rule of a node's operator, or null.</summary>
    public static Rule? Find(NodeProto node) => node.Domain switch
    {
        "" or "ai.onnx" => s_standard.GetValueOrDefault(node.OpType),
        "ai.onnx.ml" => s_ml.GetValueOrDefault(node.OpType),
        _ => null,
    };

    /// <summary>Whether a node, or one inside of it, draws at random: then the same row twice need not give the same.</summary>
    public static bool IsRandom(NodeProto node) =>
        node.OpType.StartsWith("Random", StringComparison.Ordinal) || node.OpType is "Bernoulli" or "Multinomial" || (node.OpType == "Dropout" && node.Input.Count > 2) || ModelWalk.Graphs(node).SelectMany(ModelWalk.Nodes).Any(IsRandom);

    /// <summary>What is worked out along one axis stays within a row if that axis is not the rows'.</summary>
    static int? AcrossOneAxis(RowNode n, int output, InferredType type)
    {
        if (!n.AreFixed(1) || n.Axis() is not { } rows || n.Rank() is not { } rank) return null;
        if (n.View.Operator == "CumSum") return n.View.Numbers(1) is [var along] && n.View.Axis(along, rank) != rows ? rows : null;
        if (n.View.Operator is "Softmax" or "LogSoftmax" or "Hardmax" && n.View.Opset < 13) return rows < n.View.Axis(n.View.Int("axis", 1), rank) ? rows : null;   // all axes from that one on are one
        bool isArg = n.View.Operator is "ArgMax" or "ArgMin";
        int axis = n.View.Axis(n.View.Int("axis", isArg ? 0 : -1), rank);
        return axis == rows ? null : isArg && n.View.Int("keepdims", 1) == 0 && axis < rows ? rows - 1 : rows;
    }

    static int? Reduce(RowNode n, int output, InferredType type)
    {
        if (!n.AreFixed(1) || n.Axis() is not { } rows || n.Rank() is not { } rank) return null;
        long[]? axes = n.View.Ints("axes") ?? n.View.Numbers(1);
        if (axes is null or []) return axes is [] && n.View.Int("noop_with_empty_axes", 0) == 1 ? rows : null;
        int[] gone = [.. axes.Select(a => n.View.Axis(a, rank)).Distinct()];
        return gone.Contains(rows) ? null : n.View.Int("keepdims", 1) == 0 ? rows - gone.Count(a => a < rows) : rows;
    }

    /// <summary>A product of matrices: rows may be those of the left one, columns of the right one, or lie along the axes before.</summary>
    static int? Product(RowNode n, int left, int right)
    {
        if (Enumerable.Range(0, n.View.InputCount).Any(i => i != left && i != right && n[i].Dependence != RowDependence.None)) return null;
        if (n.Rank(left) is not >= 2 and not null || n.Rank(right) is not >= 2 and not null || n.Rank(left) is not { } a || n.Rank(right) is not { } b) return null;
        int rank = Math.Max(a, b);
        int? rows = n.Axis(left) is { } l ? l == a - 1 ? null : l + rank - a : -1, columns = n.Axis(right) is { } r ? r == b - 2 ? null : r + rank - b : -1;
        if (rows is null || columns is null || (rows >= 0 && columns >= 0 && (rows != columns || rows >= rank - 2))) return null;
        int axis = Math.Max(rows.Value, columns.Value);
        if (axis >= rank - 2) return (axis == rank - 2) == (rows >= 0) ? axis : null;
        // Along the axes before, the side without rows must be stretched.
        return Single(n, left, axis - rank + a) && Single(n, right, axis - rank + b) ? axis : null;
    }

    static bool Single(RowNode n, int input, int axis) => n[input].IsEach || axis < 0 || n.View.Shape(input)![axis]?.Value == 1;

    static int? Gemm(RowNode n, int output, InferredType type)
    {
        if (!n.AreFixed(1) || n.Axis() is not { } rows || rows != (n.View.Int("transA", 0) != 0 ? 1 : 0)) return null;
        return n.View.Shape(2) is not { Count: 2 } added || added[0]?.Value == 1 ? 0 : null;
    }

    static int? Recurrent(RowNode n, int output, InferredType type)
    {
        bool batchFirst = n.View.Int("layout", 0) == 1;
        if (n.Axis() != (batchFirst ? 0 : 1) || n.View.Input(4) is not null) return null;
        for (int i = 1; i < n.View.InputCount; i++)
            if (i is 5 or 6 && n.View.Operator == "LSTM" || i == 5 ? n.View.Input(i) is not null && n.Axis(i) != (batchFirst ? 0 : 1) : n[i].Dependence != RowDependence.None) return null;
        return batchFirst ? 0 : output == 0 ? 2 : 1;
    }

    /// <summary>Rows stay whole if as much lies before them as before, and their axis is a multiple of their number.</summary>
    static int? Reshape(RowNode n, int output, InferredType type)
    {
        if (n.Axis() is not { } rows || n.View.Shape() is not { } from || type.Shape is not { } to || RowIndependence.AxisIn(type) is not { } axis) return null;
        return Sizes.Count(from.Take(rows)) is { } before && before.Equals(Sizes.Count(to.Take(axis))) ? axis : null;
    }

    static int? Gather(RowNode n, int output, InferredType type)
    {
        if (n.Rank() is not { } rank || n.Rank(1) is not { } places) return null;
        int axis = n.View.Axis(n.View.Int("axis", 0), rank);
        return (n.Axis(), n.Axis(1)) switch
        {
            ({ } rows, null) when n.AreFixed(1) && rows != axis => rows < axis ? rows : rows - 1 + places,
            (null, { } rows) when n[0].Dependence == RowDependence.None => axis + rows,
            _ => null,
        };
    }

    static int? Concat(RowNode n, int output, InferredType type)
    {
        if (n.Axis() is not { } rows || n.Rank() is not { } rank || n.View.Axis(n.View.Int("axis", 0), rank) == rows) return null;
        for (int i = 1; i < n.View.InputCount; i++)
            if (n.Axis(i) != rows || !Equals(n.View.Shape(i)?[rows], n.View.Shape()![rows])) return null;
        return rows;
    }

    static int? Pad(RowNode n, int output, InferredType type)
    {
        if (!n.AreFixed(1) || n.Axis() is not { } rows || n.Rank() is not { } rank || n.View.Input(3) is not null) return null;
        return (n.View.Ints("pads") ?? n.View.Numbers(1)) is { } pads && pads.Length == 2 * rank && pads[rows] == 0 && pads[rows + rank] == 0 ? rows : null;
    }

    static bool NothingElse(RowNode n, int from) => Enumerable.Range(from, Math.Max(0, n.View.InputCount - from)).All(i => n[i].Dependence is RowDependence.None or RowDependence.Count);

    static Dictionary<string, Rule> With(this Dictionary<string, Rule> table, Rule rule, string operators)
    {
        foreach (string name in operators.Split(' ')) table.Add(name, rule);
        return table;
    }
}
