using System.Collections.Frozen;
using Takt.Graphs.Checking.Inference.Rules;
using Takt.Graphs.Onnx;

namespace Takt.Graphs.Checking.Inference;

/// <summary>The inference rule of each operator. An operator without one has unknown outputs.</summary>
static class InferenceRules
{
    static readonly FrozenDictionary<string, Action<NodeView>> s_standard = new Dictionary<string, Action<NodeView>>()
        .With(Elementwise.Same, "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh CumSum Elu Erf Exp Floor Gelu HardSigmoid HardSwish Hardmax Identity LeakyRelu Log LogSoftmax " +
            "LpNormalization LRN MeanVarianceNormalization Mish Neg Not PRelu Reciprocal Relu ReverseSequence Round ScatterElements ScatterND Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt " +
            "Swish Tan Tanh TensorScatter ThresholdedRelu Trilu InstanceNormalization GroupNormalization RMSNormalization RotaryEmbedding")
        .With(Elementwise.Broadcast, "Add Sub Mul Div Mod Pow BitShift BitwiseAnd BitwiseOr BitwiseXor Max Min Sum Mean")
        .With(Elementwise.Compare, "Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor")
        .With(Elementwise.Test, "IsNaN IsInf")
        .With(Elementwise.Where, "Where")
        .With(Elementwise.Cast, "Cast").With(Elementwise.CastLike, "CastLike")
        .With(Elementwise.Dropout, "Dropout")
        .With(Elementwise.BatchNormalization, "BatchNormalization").With(Elementwise.LayerNormalization, "LayerNormalization")
        .With(Reductions.Reduce, "ReduceSum ReduceMean ReduceMax ReduceMin ReduceProd ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceSumSquare")
        .With(Reductions.Arg, "ArgMax ArgMin").With(Reductions.TopK, "TopK").With(Reductions.GlobalPool, "GlobalAveragePool GlobalMaxPool GlobalLpPool")
        .With(Sizes.Shape, "Shape").With(Sizes.Size, "Size").With(Sizes.Reshape, "Reshape").With(Sizes.Flatten, "Flatten")
        .With(Sizes.Squeeze, "Squeeze").With(Sizes.Unsqueeze, "Unsqueeze").With(Sizes.Expand, "Expand").With(Sizes.Constant, "Constant")
        .With(Sizes.ConstantOfShape, "ConstantOfShape").With(Sizes.Range, "Range").With(Sizes.Tile, "Tile")
        .With(Moves.Transpose, "Transpose").With(Moves.Gather, "Gather").With(Moves.GatherElements, "GatherElements").With(Moves.GatherND, "GatherND")
        .With(Moves.Slice, "Slice").With(Moves.Concat, "Concat").With(Moves.Split, "Split").With(Moves.Pad, "Pad").With(Moves.OneHot, "OneHot")
        .With(Moves.NonZero, "NonZero").With(Moves.DepthToSpace, "DepthToSpace").With(Moves.SpaceToDepth, "SpaceToDepth").With(Moves.Resize, "Resize Upsample")
        .With(Products.MatMul, "MatMul").With(Products.MatMulInteger, "MatMulInteger").With(Products.QLinearMatMul, "QLinearMatMul").With(Products.Gemm, "Gemm")
        .With(Products.Recurrent, "LSTM GRU RNN").With(Products.Attention, "Attention")
        .With(Windows.Conv, "Conv").With(Windows.ConvInteger, "ConvInteger").With(Windows.QLinearConv, "QLinearConv").With(Windows.ConvTranspose, "ConvTranspose")
        .With(Windows.Pool, "MaxPool AveragePool LpPool")
        .With(Quantised.Quantize, "QuantizeLinear").With(Quantised.Dequantize, "DequantizeLinear").With(Quantised.Dynamic, "DynamicQuantizeLinear")
        .With(Control.If, "If").With(Control.Loop, "Loop").With(Control.Scan, "Scan")
        .ToFrozenDictionary();

    static readonly FrozenDictionary<string, Action<NodeView>> s_ml = new Dictionary<string, Action<NodeView>>()
        .With(Learners.Classifier, "TreeEnsembleClassifier LinearClassifier SVMClassifier")
        .With(Learners.Regressor, "TreeEnsembleRegressor LinearRegressor SVMRegressor")
        .With(Learners.ToFloat, "Scaler Normalizer ZipMap").With(Elementwise.Same, "Imputer Binarizer")
        .With(Learners.LabelEncoder, "LabelEncoder").With(Learners.CategoryMapper, "CategoryMapper").With(Learners.OneHotEncoder, "OneHotEncoder")
        .With(Learners.FeatureVectorizer, "FeatureVectorizer").With(Learners.ArrayFeatureExtractor, "ArrayFeatureExtractor")
        .ToFrozenDictionary();

    /// <summary>The rule of a node's operator, or null.</summary>
    public static Action<NodeView>? Find(NodeProto node) => node.Domain switch
    {
        "" or "ai.onnx" => s_standard.GetValueOrDefault(node.OpType),
        "ai.onnx.ml" => s_ml.GetValueOrDefault(node.OpType),
        _ => null,
    };

    static Dictionary<string, Action<NodeView>> With(this Dictionary<string, Action<NodeView>> table, Action<NodeView> rule, string operators)
    {
        foreach (string name in operators.Split(' ')) table.Add(name, rule);
        return table;
    }
}
