using System.Collections.Frozen;
using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Every ONNX operator that plans compute. A new one is a line here and a small file beside this one.</summary>
/// <remarks>Each line: how many inputs must be there, and what makes the kernel.</remarks>
static class OperatorTable
{
    static readonly FrozenDictionary<string, (int Inputs, Func<Node, Kernel> Make)> Entries = new Dictionary<string, (int Inputs, Func<Node, Kernel> Make)>
    {
        // matrices
        ["Gemm"] = (2, node => new Widened(node, n => new Gemm(n))),
        ["MatMul"] = (2, node => new Widened(node, n => new MatMul(n))),
        ["LSTM"] = (3, node => new Lstm(node)),

        // windows
        ["Conv"] = (2, node => new Widened(node, n => new Conv(n))),
        ["ConvTranspose"] = (2, node => new Widened(node, n => new ConvTranspose(n))),
        ["MaxPool"] = (1, node => new Widened(node, n => new MaxPool(n))),
        ["AveragePool"] = (1, node => new Widened(node, n => new AveragePool(n))),
        ["LpPool"] = (1, node => new Widened(node, n => new LpPool(n))),
        ["GlobalMaxPool"] = (1, node => new Widened(node, n => new GlobalPool(n))),
        ["GlobalAveragePool"] = (1, node => new Widened(node, n => new GlobalPool(n))),
        ["GlobalLpPool"] = (1, node => new Widened(node, n => new GlobalPool(n))),
        ["MaxUnpool"] = (2, node => new Widened(node, n => new MaxUnpool(n))),

        // normalisations
        ["BatchNormalization"] = (5, node => new Widened(node, n => new BatchNormalization(n))),

        // two values, element by element
        ["Add"] = (2, _ => new Binary<Add>()),
        ["Sub"] = (2, _ => new Binary<Subtract>()),
        ["Mul"] = (2, _ => new Binary<Multiply>()),
        ["Div"] = (2, _ => new Binary<Divide>()),

        // one value, element by element
        ["Relu"] = (1, node => new Unary(Function.Of(node))),
        ["LeakyRelu"] = (1, node => new Unary(Function.Of(node))),
        ["Tanh"] = (1, node => new Unary(Function.Of(node))),
        ["Sigmoid"] = (1, node => new Unary(Function.Of(node))),
        ["Gelu"] = (1, node => new Unary(Function.Of(node))),
        ["Neg"] = (1, node => new Unary(Function.Of(node))),
        ["Erf"] = (1, node => new Unary(Function.Of(node))),
        ["Cast"] = (1, node => new Cast(node)),

        // along an axis
        ["Softmax"] = (1, node => new Softmax(node, logarithm: false)),
        ["LogSoftmax"] = (1, node => new Softmax(node, logarithm: true)),

        // moving elements
        ["Transpose"] = (1, node => new Transpose(node)),
        ["Gather"] = (2, node => new Gather(node)),
        ["Slice"] = (1, node => new Slice(node)),
        ["Concat"] = (1, node => new Concat(node)),

        // other sizes, the same elements
        ["Reshape"] = (2, node => new Reshape(node)),
        ["Flatten"] = (1, node => new Flatten(node)),
        ["Squeeze"] = (1, node => new Squeeze(node)),
        ["Unsqueeze"] = (1, node => new Unsqueeze(node)),
        ["Identity"] = (1, _ => new Identity()),
        ["Dropout"] = (1, node => new Dropout(node)),

        // values about values
        ["Constant"] = (0, node => new Constant(node)),
        ["Shape"] = (1, node => new ShapeOf(node)),
    }.ToFrozenDictionary();

    /// <summary>Whether plans compute this operator of the standard domain.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">How many of its inputs must not be left out.</param>
    public static bool Knows(string operation, out int inputs)
    {
        bool known = Entries.TryGetValue(operation, out var entry);
        inputs = entry.Inputs;
        return known;
    }

    /// <summary>The way out for one that they do not.</summary>
    public static string Suggest(string operation) => NearestName.Suggest(operation, [.. Entries.Keys.Order()]);

    /// <summary>The kernel of a node.</summary>
    /// <exception cref="InputException">An attribute or a constant input is wrong.</exception>
    public static Kernel Make(Node node) => Entries[node.Operator].Make(node);
}
