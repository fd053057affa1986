using System.Globalization;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;

namespace Takt.Registry.Deployments;

/// <summary>Keeps what deployments name: a version or alias that calls are led to must not vanish under them.</summary>
static class NamedVersions
{
    /// <summary>Lets a version or alias vanish only if no deployment's newest wish names it.</summary>
    /// <param name="db">Where the deployments are.</param>
    /// <param name="transaction">The write in which it is to vanish: nobody says another wish meanwhile.</param>
    /// <param name="going">The version or alias: <c>press:3</c>, <c>press@challenger</c>.</param>
    /// <param name="isLast">Whether it is the model's last version, so that the model goes with it.</param>
    /// <exception cref="InputException">A deployment names it; every place is told.</exception>
    public static void Check(SqliteConnection db, SqliteTransaction transaction, ModelReference going, bool isLast = false)
    {
        var problems = DeploymentStore.Newest(db, transaction)
            .SelectMany(d => Places(d, going, isLast).Distinct().Select(place => new Problem(
                $"the deployment of {d.Model} leads to {going} ({place})", $"a {(going.Alias is null ? "version" : "alias")} that no deployment names",
                $"Say first how {d.Model} is to be served without it: 'takt deployments set {d.Model} FILE' or 'takt deployments clear {d.Model}'")))
            .ToList();
        if (problems.Count > 0) throw new InputException(problems);
    }

    static IEnumerable<string> Places(Deployment deployment, ModelReference going, bool isLast)
    {
        if (deployment.Spec is not { } spec) yield break;
        if (deployment.Model == going.Name)
            foreach (var (label, where) in DeploymentProblems.Labels(spec))
                if (going.Alias is { } alias ? label == alias : int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number == going.Version)
                    yield return where;
        if (spec.Fallback is { } fallback && ModelReference.Parse(fallback) is var other && (other == going || (isLast && other.Name == going.Name))) yield return "fallback";
    }
}
