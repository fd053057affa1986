using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>The model is whole, but asks for operators or element types that Takt does not compute; all of them are told.</summary>
/// <param name="problems">One an operator or element type, with the nodes that ask for it.</param>
public sealed class UnsupportedException(IReadOnlyList<Problem> problems) : InputException(problems);
