using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Specs;

/// <summary>Collects what is wrong with a spec, with the place of each.</summary>
/// <param name="problems">Where they go.</param>
/// <param name="where">From a path such as <c>$[2].with</c> to words such as <c>line 7</c>; null leaves the path.</param>
sealed class SpecProblems(ICollection<Problem> problems, Func<string, string?>? where)
{
    public void Add(string path, string found, string? expected = null, string? wayOut = null) =>
        problems.Add(new(found, expected, wayOut, where is null ? path : where(path)));
}
