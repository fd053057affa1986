using Takt.Protocols.Problems;

namespace Takt.Registry.Databases;

/// <summary>Another process holds the database; nothing was read or changed. The doors answer it with 503.</summary>
/// <param name="problem">What is held, and the way out.</param>
/// <param name="inner">What SQLite threw; null = it said so in a number alone.</param>
public sealed class DatabaseBusyException(Problem problem, Exception? inner) : IOException(problem.ToString(), inner)
{
    /// <summary>What is held, and the way out.</summary>
    public Problem Problem { get; } = problem;
}
