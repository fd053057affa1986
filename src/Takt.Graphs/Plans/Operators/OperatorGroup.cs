using System.Collections;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>How an operator becomes a kernel.</summary>
/// <param name="Inputs">How many of its inputs must be there.</param>
/// <param name="Make">Reads the node's attributes and constants.</param>
readonly record struct OperatorEntry(int Inputs, Func<Node, Kernel> Make);

/// <summary>Operators that belong together. A new one is a line in its group and a small file in the group's folder.</summary>
/// <param name="domain">Empty for the standard operators.</param>
sealed class OperatorGroup(string domain = "") : IEnumerable<KeyValuePair<string, OperatorEntry>>
{
    readonly Dictionary<string, OperatorEntry> _entries = [];

    /// <summary>Each line: the operator, how many inputs must be there, and what makes the kernel.</summary>
    public (int Inputs, Func<Node, Kernel> Make) this[string operation]
    {
        set => _entries.Add(domain.Length == 0 ? operation : $"{domain}::{operation}", new(value.Inputs, value.Make));
    }

    public IEnumerator<KeyValuePair<string, OperatorEntry>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
