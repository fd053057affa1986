using Takt.Graphs.Onnx;
using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>One step on its way into the graph.</summary>
/// <param name="Graph">The graph so far.</param>
/// <param name="Record">What ran.</param>
/// <param name="Other">The same at other open sizes.</param>
/// <param name="WishedName">What its output is to be called, or null.</param>
sealed record Step(TracedGraph Graph, TapeStep Record, TapeStep Other, string? WishedName)
{
    public GraphBuilder Builder => Graph.Builder;

    /// <summary>The name of an input.</summary>
    public string Input(int index) => Graph.NameOf(Record.Inputs[index]);

    /// <summary>All inputs.</summary>
    public string[] Inputs => [.. Record.Inputs.Select(Graph.NameOf)];

    /// <summary>All attributes, as they are.</summary>
    public (string, object)[] Attributes => [.. Record.Attributes.Select(a => (a.Name, a.Value))];

    /// <summary>One attribute.</summary>
    public object Attribute(string name) => Record.Attributes.First(a => a.Name == name).Value;

    /// <summary>One attribute, or null.</summary>
    public object? OptionalAttribute(string name) => Record.Attributes.FirstOrDefault(a => a.Name == name)?.Value;

    /// <summary>A list of whole numbers, as it is in either pass.</summary>
    public (long[] Here, long[] Other) Numbers(string name) => ((long[])Attribute(name), (long[])Other.Attributes.First(a => a.Name == name).Value);

    /// <summary>The shapes of an input in both passes.</summary>
    public (Shape Here, Shape Other) ShapesOf(int input) => (Record.Inputs[input].Shape, Other.Inputs[input].Shape);

    /// <summary>A list of whole numbers as a value of the graph: constant where both passes have the same, else read from the sizes of the graph's inputs.</summary>
    /// <exception cref="InvalidOperationException">A number depends on open sizes in another way than being one of them.</exception>
    public string List(string name, long[] here, long[] other)
    {
        if (here.AsSpan().SequenceEqual(other)) return Builder.Integers(name, here);
        string[] parts = [.. here.Select((number, i) => number == other[i] ? Builder.Integers(name, [number]) : OpenSize(number, other[i]))];
        return parts.Length == 1 ? parts[0] : Builder.Node("Concat", parts, null, ("axis", 0L));
    }

    /// <summary>An open size as a list of one number.</summary>
    string OpenSize(long here, long other) => Graph.Find(here, other) is var (value, axis)
        ? Builder.Node("Shape", [value], null, ("start", (long)axis), ("end", axis + 1L))
        : throw new InvalidOperationException($"{Record.Name} computes with the number {here}, which is {other} where open sizes are larger and is none of them: such a step has no ONNX form.");
}
