using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>A value would need more memory than it may have.</summary>
sealed class StorageLimitException(Problem problem) : InputException(problem);
