namespace Takt.Protocols.Problems;

/// <summary>The input was wrong. It carries every problem found, not just the first. The command line answers it with exit code 2, the doors with a 4xx.</summary>
public class InputException : Exception
{
    /// <summary>Several problems, found together.</summary>
    /// <param name="problems">At least one.</param>
    public InputException(IReadOnlyList<Problem> problems) : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    /// <summary>A single problem.</summary>
    public InputException(Problem problem) : this([problem]) { }

    /// <summary>A single problem, written out.</summary>
    /// <inheritdoc cref="Problem(string, string?, string?, string?)"/>
    public InputException(string found, string? expected = null, string? wayOut = null, string? where = null)
        : this(new Problem(found, expected, wayOut, where)) { }

    /// <summary>All that is wrong, in the order it was found.</summary>
    public IReadOnlyList<Problem> Problems { get; }
}
