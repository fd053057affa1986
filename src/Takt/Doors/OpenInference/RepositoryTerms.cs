using Takt.Doors.Errors;
using Takt.Protocols.Problems;

namespace Takt.Doors.OpenInference;

/// <summary>What a call about the model repository may ask for: there is one repository, and what a model is stands in its package.</summary>
static class RepositoryTerms
{
    /// <summary>Name of the repository.</summary>
    public const string Name = "takt";

    /// <summary>Checks which repository is meant.</summary>
    /// <param name="name">Null or empty = whichever there is.</param>
    /// <exception cref="StatusException">It is another one (404).</exception>
    public static void CheckName(string? name)
    {
        if (name is not (null or "" or Name)) throw new StatusException(new Failure(StatusCodes.Status404NotFound, [new Problem($"repository '{name}'", $"'{Name}', the only one, or no name")]));
    }

    /// <summary>Checks the parameters of a load: a configuration or files that came with it would have to change the model, and saying yes without doing so would be a lie.</summary>
    /// <param name="names">Their names; others than these two say nothing that matters here.</param>
    /// <exception cref="StatusException">One of them is there (501).</exception>
    public static void CheckLoad(IEnumerable<string> names)
    {
        Problem[] problems =
        [
            .. names.Where(name => name == "config" || name.StartsWith("file:", StringComparison.Ordinal)).Select(name => new Problem(
                $"parameter '{name}'", "a load without configuration or files",
                name == "config" ? "How a model is served is said with PUT /api/deployments/MODEL" : "A model's files come in with 'takt models import FILE --name MODEL', as its next version")),
        ];
        if (problems.Length > 0) throw new StatusException(new Failure(StatusCodes.Status501NotImplemented, problems));
    }
}
