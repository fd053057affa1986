using System.Collections.Frozen;
using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Every ONNX operator that plans compute, group by group; each group has its own file in <c>Tables</c>.</summary>
static class OperatorTable
{
    static readonly FrozenDictionary<string, OperatorEntry> Entries = new OperatorGroup[]
    {
        ElementwiseOperators.All,
        ReductionOperators.All,
        ShapeOperators.All,
        NeuralOperators.All,
        QuantisedOperators.All,
        QuantisedOperators.OfMicrosoft,
        ImageOperators.All,
        SignalOperators.All,
        TextOperators.All,
        MachineLearningOperators.All,
        ControlOperators.All,
    }.SelectMany(group => group).ToFrozenDictionary();

    /// <summary>Whether plans compute this operator.</summary>
    /// <param name="operation">The operator; outside the standard domain with the domain before it: <c>ai.onnx.ml::Scaler</c>.</param>
    /// <param name="inputs">How many of its inputs must not be left out.</param>
    public static bool Knows(string operation, out int inputs)
    {
        bool known = Entries.TryGetValue(operation, out var entry);
        inputs = entry.Inputs;
        return known;
    }

    /// <summary>The way out for one that they do not.</summary>
    public static string Suggest(string operation) =>
        NearestName.Guess(operation, Entries.Keys.Order()) ?? "Export the model without it, or as simpler operators.";

    /// <summary>The kernel of a node.</summary>
    /// <exception cref="InputException">An attribute or a constant input is wrong.</exception>
    public static Kernel Make(Node node) => Entries[node.Operator].Make(node);
}
