using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>The operators of scikit-learn exporters (ai.onnx.ml).</summary>
static class Learners
{
    /// <summary>A label a row, and a score a class.</summary>
    public static void Classifier(NodeView node)
    {
        var rows = node.Shape() is { Count: > 0 } shape ? shape[0] : null;
        int texts = Math.Max(node.Attribute("classlabels_strings")?.Strings.Count ?? 0, node.Attribute("classlabels_string")?.Strings.Count ?? 0);
        int numbers = Math.Max(node.Ints("classlabels_int64s")?.Length ?? 0, node.Ints("classlabels_ints")?.Length ?? 0);
        node.Set(0, (int)(texts > 0 ? DataType.String : DataType.Int64), [rows]);
        node.Set(1, (int)DataType.Float, [rows, Math.Max(texts, numbers) is > 0 and var classes ? classes : null]);
    }

    public static void Regressor(NodeView node) => node.Set(0, (int)DataType.Float, [node.Shape() is { Count: > 0 } shape ? shape[0] : null, node.Int("n_targets", node.Int("targets", 1))]);

    public static void ToFloat(NodeView node) => node.Set(0, (int)DataType.Float, node.Shape());

    public static void LabelEncoder(NodeView node) => node.Set(0, (int)(
        node.Attribute("values_strings") is not null || (node.Attribute("classes_strings") is not null && node.Element() == (int)DataType.Int64) ? DataType.String
        : node.Attribute("values_floats") is not null ? DataType.Float
        : node.Attribute("values_tensor")?.T is { } values ? (DataType)values.DataType : DataType.Int64), node.Shape());

    /// <summary>From texts to numbers or back.</summary>
    public static void CategoryMapper(NodeView node) => node.Set(0, (int)(node.Element() == (int)DataType.String ? DataType.Int64 : DataType.String), node.Shape());

    /// <summary>A place for each category.</summary>
    public static void OneHotEncoder(NodeView node)
    {
        int categories = Math.Max(node.Attribute("cats_strings")?.Strings.Count ?? 0, node.Ints("cats_int64s")?.Length ?? 0);
        node.Set(0, (int)DataType.Float, node.Shape() is { } shape ? [.. shape, categories] : null);
    }

    /// <summary>Columns side by side.</summary>
    public static void FeatureVectorizer(NodeView node)
    {
        var rows = node.Shape() is { Count: > 1 } shape ? shape[0] : null;
        node.Set(0, (int)DataType.Float, [rows, node.Ints("inputdimensions") is { } widths ? widths.Sum() : null]);
    }

    /// <summary>Some places of the last axis.</summary>
    public static void ArrayFeatureExtractor(NodeView node) =>
        node.Set(0, node.Element(), node.Shape() is { Count: > 1 } shape && node.Shape(1) is { } places ? [.. shape.SkipLast(1), Sizes.Count(places)] : null);
}
