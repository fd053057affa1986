using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>To whole numbers and back.</summary>
static class Quantised
{
    public static void Quantize(NodeView node)
    {
        int wished = (int)node.Int("output_dtype", 0);
        node.Set(0, node.Input(2) is not null ? node.Element(2) : wished != 0 ? wished : (int)DataType.Uint8, node.Shape());
    }

    public static void Dequantize(NodeView node)
    {
        int wished = (int)node.Int("output_dtype", 0);
        node.Set(0, wished != 0 ? wished : node.Element(1), node.Shape());
    }

    public static void Dynamic(NodeView node)
    {
        node.Set(0, (int)DataType.Uint8, node.Shape());
        node.Set(1, (int)DataType.Float, []);
        node.Set(2, (int)DataType.Uint8, []);
    }
}
