using Google.Protobuf;
using Takt.Graphs.Onnx;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Tests.Packages;

/// <summary>Graphs as exporters of scikit-learn write them, small enough to check by hand.</summary>
static class ClassicPipelines
{
    /// <summary>SimpleImputer (means 40 and 3), StandardScaler ((x − 40)/10, x − 3), LogisticRegression (1·torque + 2·wear), labels and a ZipMap.</summary>
    public static ModelProto Classifier()
    {
        var builder = new GraphBuilder("g");
        builder.Input("float_input", null, 2);
        var model = builder.Build();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 1 });
        model.Graph.Node.Add([
            Ml("Imputer", ["float_input"], ["filled"], ("imputed_value_floats", (float[])[40, 3]), ("replaced_value_float", float.NaN)),
            Ml("Scaler", ["filled"], ["scaled"], ("offset", (float[])[40, 3]), ("scale", (float[])[0.1f, 1])),
            Ml("LinearClassifier", ["scaled"], ["output_label", "scores"], ("classlabels_strings", (string[])["good", "bad"]), ("coefficients", (float[])[-1, -2, 1, 2]), ("intercepts", (float[])[0, 0]), ("post_transform", "LOGISTIC"), ("multi_class", 0L)),
            Ml("ZipMap", ["scores"], ["output_probability"], ("classlabels_strings", (string[])["good", "bad"])),
        ]);
        model.Graph.Output.Add(new ValueInfoProto { Name = "output_label", Type = new TypeProto { TensorType = new() { ElemType = (int)DataType.String, Shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension() } } } } });
        model.Graph.Output.Add(new ValueInfoProto { Name = "output_probability", Type = new TypeProto { SequenceType = new() { ElemType = new TypeProto { MapType = new() { KeyType = 8, ValueType = new TypeProto { TensorType = new() { ElemType = 1 } } } } } } });
        return model;
    }

    /// <summary>An input a column: 10·size + 100·(grade is "b") + count.</summary>
    public static ModelProto Mixed()
    {
        var builder = new GraphBuilder("g");
        builder.Input("size", DataType.Float, ["n", 1]);
        builder.Input("grade", DataType.String, ["n", 1]);
        builder.Input("count", DataType.Int64, ["n"]);
        string ten = builder.Node("Mul", ["size", builder.Weights("ten", [10], 1)]);
        string texts = builder.Node("Reshape", ["grade", builder.Integers("flat", [-1])]);
        string sum = builder.Node("Add", [builder.Node("Reshape", [ten, builder.Integers("line", [-1])]), builder.Node("Cast", ["count"], null, ("to", 1L))]);
        builder.Output(builder.Node("Add", [sum, builder.Node("Mul", ["coded", builder.Weights("hundred", [100], 1)])], "length"), DataType.Float, ["n"]);
        var model = builder.Build();
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx.ml", Version = 2 });
        model.Graph.Node.Add(Ml("LabelEncoder", [texts], ["coded"], ("keys_strings", (string[])["a", "b"]), ("values_floats", (float[])[0, 1])));
        return model;
    }

    static NodeProto Ml(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeProto { OpType = operation, Domain = "ai.onnx.ml", Name = operation, Input = { inputs }, Output = { outputs } };
        foreach (var (name, value) in attributes)
            node.Attribute.Add(value switch
            {
                float[] numbers => new AttributeProto { Name = name, Type = AttributeType.Floats, Floats = { numbers } },
                string[] texts => new AttributeProto { Name = name, Type = AttributeType.Strings, Strings = { texts.Select(ByteString.CopyFromUtf8) } },
                string text => new AttributeProto { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
                float number => new AttributeProto { Name = name, Type = AttributeType.Float, F = number },
                _ => new AttributeProto { Name = name, Type = AttributeType.Int, I = (long)value },
            });
        return node;
    }
}
