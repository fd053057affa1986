namespace Takt.Tensors;

/// <summary>One attribute of an operation, as ONNX knows it.</summary>
/// <param name="Name">ONNX attribute name: <c>transB</c>.</param>
/// <param name="Value">A <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, or an array of <see cref="long"/>.</param>
public sealed record OperationAttribute(string Name, object Value);

/// <summary>One operation that ran on a tape: what a graph needs to know of it, and how a gradient goes back through it.</summary>
public sealed class Record
{
    internal Record(string name, Tensor[] inputs, Tensor output, OperationAttribute[] attributes, Action<Tensor>? backward) =>
        (Name, Inputs, Output, Attributes, Backward) = (name, inputs, output, attributes, backward);

    /// <summary>ONNX operator name: <c>Gemm</c>. Losses and other operations that are never served carry their own name.</summary>
    public string Name { get; }

    /// <summary>What it read, in ONNX order.</summary>
    public IReadOnlyList<Tensor> Inputs { get; }

    /// <summary>What it made.</summary>
    public Tensor Output { get; }

    /// <summary>What else it was told.</summary>
    public IReadOnlyList<OperationAttribute> Attributes { get; }

    /// <summary>Takes dLoss/dOutput and adds to the gradients of the inputs; null if none of them wants one.</summary>
    internal Action<Tensor>? Backward { get; }
}
