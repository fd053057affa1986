using System.Globalization;
using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Access;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;

namespace Takt.Registry.Audits;

/// <summary>Which versions a model's bare name led to at a moment, read from the entries of the audit alone; of a deployment they hold the hash.</summary>
/// <param name="db">The registry.</param>
/// <param name="moment">One moment of it.</param>
/// <param name="model">The model.</param>
/// <param name="at">When.</param>
sealed class LiveQuestion(SqliteConnection db, SqliteTransaction moment, string model, DateTimeOffset at)
{
    /// <summary>Kind of the entries that tell of a version that did not load.</summary>
    public const string LoadFailed = "load-failed";

    const string Nothing = "none";

    /// <summary>Reads the entries up to then and follows the deployment of then.</summary>
    /// <exception cref="InputException">The deployment of that moment is not the one that the audit noted.</exception>
    public LiveVersions Answer()
    {
        int[] numbers = [.. Numbers("version-added").Except(Numbers("version-deleted")).Order()];
        var aliases = Aliases();
        var (revision, spec) = Deployment();
        if (spec is { Active: false } || numbers.Length == 0) return new LiveVersions(model, at) { Stopped = numbers.Length > 0, Revision = revision };

        var shares = new SortedDictionary<int, double>();
        double whole = spec?.Traffic.Sum(t => t.Weight) ?? 0;
        foreach (var (to, weight) in whole > 0 ? spec!.Traffic.Select(t => (t.To, t.Weight / whole)) : [("", 1)])
            if (weight > 0 && NumberOf(to) is { } number) shares[number] = shares.GetValueOrDefault(number) + weight;
        var rules = (spec?.Rules ?? []).Select(r => new LiveRule(r.When, NumberOf(r.To))).ToList();
        return new LiveVersions(model, at)
        {
            Answering = [.. shares.Select(s => new AnsweringVersion(s.Key, Math.Round(s.Value, 6)))],
            SplitBy = shares.Count > 1 ? spec?.SplitBy : null,
            Rules = rules,
            NotLoaded = NotLoaded([.. shares.Keys, .. rules.Select(r => r.Version).OfType<int>()]),
            Revision = revision,
        };

        int? NumberOf(string label) => (label.Length == 0 ? new ModelReference(model)
            : int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? new ModelReference(model, Version: number)
            : new ModelReference(model, Alias: label)).NumberAmong(numbers, aliases);
    }

    /// <summary>Which of these versions a server could not load, since anything was last said of the model.</summary>
    VersionNotLoaded[] NotLoaded(int[] wanted) =>
    [
        .. db.Query<(string About, string At, string Reason)>("""
            select substr(subject, length(@model) + 2), at, detail from event
            where kind = @LoadFailed and at <= @at and substr(subject, 1, length(@model) + 1) = @model || ':'
              and id > (select coalesce(max(id), 0) from event where at <= @at and kind in ('version-added', 'version-deleted', 'alias-moved', 'deployment-changed')
                        and (subject = @model or substr(subject, 1, length(@model) + 1) in (@model || ':', @model || '@')))
            order by id
            """, new { model, at, LoadFailed }, moment)
            .Select(e => new VersionNotLoaded(int.Parse(e.About, CultureInfo.InvariantCulture), DateTimeOffset.Parse(e.At, CultureInfo.InvariantCulture), e.Reason))
            .Where(e => wanted.Contains(e.Version)).DistinctBy(e => e.Version),
    ];

    IEnumerable<int> Numbers(string kind) => Entries(kind, ":").Select(e => int.Parse(e.About, CultureInfo.InvariantCulture));

    Dictionary<string, int> Aliases()
    {
        var aliases = new Dictionary<string, int>();
        foreach (var (alias, move) in Entries("alias-moved", "@"))
            if (move.Split(" to ")[^1] is var to && to == Nothing) aliases.Remove(alias);
            else aliases[alias] = int.Parse(to, CultureInfo.InvariantCulture);
        return aliases;
    }

    /// <summary>The entries of one kind about the model up to then, oldest first: what follows its name, and the detail.</summary>
    IEnumerable<(string About, string Detail)> Entries(string kind, string mark) => db.Query<(string, string)>("""
        select substr(subject, length(@start) + 1), detail from event where kind = @kind and at <= @at and substr(subject, 1, length(@start)) = @start order by id
        """, new { kind, at, start = model + mark }, moment);

    (int? Revision, DeploymentSpec? Spec) Deployment()
    {
        string? noted = db.QueryFirstOrDefault<string>("select detail from event where kind = 'deployment-changed' and subject = @model and at <= @at order by id desc limit 1", new { model, at }, moment);
        if (noted is null) return (null, null);
        int revision = int.Parse(noted.Split(' ', ',')[1], CultureInfo.InvariantCulture);
        var (spec, sha256) = db.QueryFirstOrDefault<(string?, string?)>("select spec, sha256(coalesce(spec, '')) from deployment where model = @model and revision = @revision", new { model, revision }, moment);
        // Entries from before hashes say the number alone; the hash was noted later.
        string held = string.Create(CultureInfo.InvariantCulture, $"revision {revision}, sha256 {sha256}");
        if (db.ExecuteScalar<int>("select count(*) from event where kind in ('deployment-changed', 'deployment-hashed') and subject = @model and detail = @held", new { model, held }, moment) == 0)
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"revision {revision} of the deployment of {model}, which was changed behind the registry's back"), "what the audit holds the hash of",
                "'takt audit verify' shows the first entry that does not fit; bring the registry back from a backup");
        return (revision, spec is null ? null : DeploymentJson.Read(Encoding.UTF8.GetBytes(spec)));
    }
}
