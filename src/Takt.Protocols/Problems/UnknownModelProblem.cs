namespace Takt.Protocols.Problems;

/// <summary>There is no model of that name. The way out is the nearest name there is, or all of them; whoever answers a caller that may not know them all tells <see cref="Among"/>.</summary>
public sealed record UnknownModelProblem : Problem
{
    readonly string _name;
    readonly IReadOnlyCollection<string> _models;

    /// <summary>Says so.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="models">The names there are.</param>
    public UnknownModelProblem(string name, IReadOnlyCollection<string> models)
        : base($"no model '{name}'", WayOut: models.Count == 0 ? "No model is registered yet: train one with 'takt train'" : NearestName.Suggest(name, models)) =>
        (_name, _models) = (name, models);

    /// <summary>The same with only those names that its reader may know of.</summary>
    public UnknownModelProblem Among(Func<string, bool> maySee)
    {
        string[] seen = [.. _models.Where(maySee)];
        return this with { WayOut = seen.Length == 0 ? "None that you may use is registered" : NearestName.Suggest(_name, seen) };
    }
}
