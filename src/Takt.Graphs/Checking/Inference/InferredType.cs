using Takt.Graphs.Onnx;

namespace Takt.Graphs.Checking.Inference;

/// <summary>What is known of a value before any run.</summary>
/// <param name="Element">Number of the ONNX element type, or 0 where it is not known or the value is no tensor.</param>
/// <param name="Shape">One size an axis, null where one is unknown; null as a whole where even the number of axes is.</param>
public sealed record InferredType(int Element, IReadOnlyList<SymbolicSize?>? Shape)
{
    /// <summary>Nothing is known.</summary>
    public static InferredType Unknown { get; } = new(0, null);

    /// <summary>The elements themselves, where they are whole numbers that the file or the shapes tell: what computes the sizes of a Reshape. Null otherwise.</summary>
    public IReadOnlyList<SymbolicSize?>? Elements { get; init; }

    /// <summary>The elements of a short list of floats in the file, such as the scales of a Resize; null otherwise.</summary>
    internal IReadOnlyList<float>? Scales { get; init; }

    /// <summary>The type that a file declares.</summary>
    public static InferredType Of(TypeProto? type) => type?.TensorType is not { } tensor ? Unknown : new(tensor.ElemType, tensor.Shape?.Dim.Select(Size).ToArray());

    /// <summary>As people write it: <c>float [batch, 7]</c>.</summary>
    public override string ToString() =>
        $"{(Enum.IsDefined((TensorProto.Types.DataType)Element) ? ((TensorProto.Types.DataType)Element).ToString().ToLowerInvariant() : "?")} {ShapeText(Shape)}";

    /// <summary>A shape as people write it: <c>[batch, ?, 7]</c>, or <c>[…]</c> where the number of axes is unknown.</summary>
    public static string ShapeText(IReadOnlyList<SymbolicSize?>? shape) => shape is null ? "[…]" : $"[{string.Join(", ", shape.Select(d => d?.ToString() ?? "?"))}]";

    static SymbolicSize? Size(TensorShapeProto.Types.Dimension size) =>
        size.HasDimValue && size.DimValue >= 0 ? size.DimValue
        : size.DimParam is { Length: > 0 } name ? SymbolicSize.Symbol(name)
        : null;
}
