namespace Takt.Graphs.Plans;

/// <summary>Name, type and sizes of an input or output.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="Type">What the elements are.</param>
/// <param name="Sizes">One an axis; −1 where any size goes (the batch). Null where the file does not say.</param>
/// <param name="IsSequence">Whether it is a sequence of such tensors.</param>
public sealed record TensorInfo(string Name, ElementType Type, IReadOnlyList<int>? Sizes, bool IsSequence = false)
{
    /// <summary>As errors write it: <c>Float32 x [?, 7]</c>.</summary>
    public override string ToString() =>
        $"{(IsSequence ? "sequence of " : "")}{Type} {Name}{(Sizes is null ? "" : $" [{string.Join(", ", Sizes.Select(s => s < 0 ? "?" : $"{s}"))}]")}";
}
