namespace Takt.Graphs.Onnx;

/// <summary>A size of an input or output: a number, or a name for one that is known only when the graph runs. Equal names mean equal sizes.</summary>
/// <param name="Size">The number; of no meaning where there is a name.</param>
/// <param name="Name">The name, or null.</param>
public readonly record struct Dimension(int Size, string? Name)
{
    /// <summary>A fixed size.</summary>
    public static implicit operator Dimension(int size) => new(size, null);

    /// <summary>An open size.</summary>
    public static implicit operator Dimension(string name) => new(0, name);
}
