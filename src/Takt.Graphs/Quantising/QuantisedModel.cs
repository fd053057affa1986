using Takt.Graphs.Onnx;

namespace Takt.Graphs.Quantising;

/// <summary>A graph whose numbers take less room.</summary>
/// <param name="Model">The graph: plain ONNX that any runtime reads.</param>
/// <param name="Nodes">Nodes that compute with quantised numbers, or, where only weights are stored smaller, tensors that are.</param>
/// <param name="BytesBefore">Size of the model file before.</param>
/// <param name="BytesAfter">Size after.</param>
public sealed record QuantisedModel(ModelProto Model, int Nodes, long BytesBefore, long BytesAfter)
{
    internal static QuantisedModel Of(ModelProto before, ModelProto after, int nodes) => new(after, nodes, before.CalculateSize(), after.CalculateSize());
}
