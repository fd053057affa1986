using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>What a kernel is given: its inputs and outputs in the order of the ONNX operator, and working memory.</summary>
sealed class Call(Node node, Value?[] inputs, Value?[] outputs, Storage scratch)
{
    Call? _beside;

    /// <summary>Working memory; undefined at the start, worthless after the kernel returns.</summary>
    public Storage Scratch { get; } = scratch;

    /// <summary>The first output; one that is thrown away where the node leaves it out and asks for others alone.</summary>
    public Value Output => outputs[0] ??= new Value(new Storage());

    /// <summary>An input that must be there.</summary>
    public Value Input(int index = 0) => OptionalInput(index) ?? throw Wrong($"no input {index}", "one");

    /// <summary>An input that may be left out.</summary>
    public Value? OptionalInput(int index) => index < inputs.Length ? inputs[index] : null;

    /// <summary>An output, or null if nobody wants it.</summary>
    public Value? OptionalOutput(int index) => index < outputs.Length ? outputs[index] : null;

    /// <summary>How many inputs the node lists, left out ones included.</summary>
    public int InputCount => inputs.Length;

    /// <summary>How many outputs the node lists, unwanted ones included.</summary>
    public int OutputCount => outputs.Length;

    /// <summary>The same node with values of its own in place of all inputs and outputs, for kernels that hand converted values on. Made when first asked for, and kept.</summary>
    public Call Beside => _beside ??= new Call(node, Array.ConvertAll(inputs, Fresh), Array.ConvertAll(outputs, Fresh), Scratch);

    /// <summary>The exception that says what is wrong with this node.</summary>
    public InputException Wrong(string found, string? expected = null) => node.Wrong(found, expected);

    /// <summary>An axis counted from the front.</summary>
    /// <param name="axis">−rank to rank − 1; negative counts from the end.</param>
    /// <param name="rank">The number of axes there are.</param>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Wrong($"axis {axis}", $"{-rank} to {rank - 1}");

    static Value? Fresh(Value? value) => value is null ? null : new Value(new Storage());
}
