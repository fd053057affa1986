using System.Text;
using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;
using Takt.Registry.Models;

namespace Takt.Registry.Deployments;

/// <summary>The deployments: what is wanted of each model's serving. Servers follow it, whoever changed it; every revision is kept.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="models">The models they are about.</param>
/// <param name="aliases">Their aliases.</param>
/// <param name="clock">The time.</param>
public sealed class DeploymentStore(RegistryDatabase database, ModelStore models, AliasStore aliases, TimeProvider clock)
{
    /// <summary>What is wanted now, by model; models of which nothing was ever said are not among them.</summary>
    public IReadOnlyList<Deployment> List() =>
        [.. database.Read<Row>("select * from deployment d where revision = (select max(revision) from deployment where model = d.model) order by model").Select(r => r.Read())];

    /// <summary>What is wanted of a model now, or null where nothing was ever said.</summary>
    public Deployment? Find(string model) => History(model) is [.., var newest] ? newest : null;

    /// <summary>Everything that was wanted of a model, oldest first.</summary>
    public IReadOnlyList<Deployment> History(string model) =>
        [.. database.Read<Row>("select * from deployment where model = @model order by revision", new { model }).Select(r => r.Read())];

    /// <summary>Says how a model is to be served.</summary>
    /// <param name="model">The model.</param>
    /// <param name="spec">What is wanted; null = nothing any more, the model is served on demand.</param>
    /// <exception cref="InputException">There is no such model, or the spec contradicts itself or what there is; all of it is told.</exception>
    public Deployment Set(string model, DeploymentSpec? spec)
    {
        var known = models.Get(model);
        if (spec is not null && DeploymentProblems.Of(spec, known, models) is { Count: > 0 } problems) throw new InputException(problems);
        return database.Write((db, transaction) => Add(db, transaction, model, spec));
    }

    /// <summary>Serves a model, or stops serving it; the rest of what is wanted stays.</summary>
    /// <exception cref="InputException">There is no such model.</exception>
    public Deployment SetActive(string model, bool active)
    {
        models.Get(model);
        return database.Write((db, transaction) =>
        {
            var newest = Newest(db, transaction, model);
            return newest is not null && (newest.Spec?.Active ?? true) == active
                ? newest
                : Add(db, transaction, model, (newest?.Spec ?? new DeploymentSpec()) with { Active = active });
        });
    }

    /// <summary>Makes a version the champion, and lets the champion answer alone. A split that ends so is one change with it: nobody sees one without the other, and one rollback takes both back.</summary>
    /// <exception cref="InputException">There is no such model or version.</exception>
    public void Promote(string model, int version)
    {
        models.Get(model);
        database.Write((db, transaction) =>
        {
            var now = clock.GetUtcNow();
            aliases.Move(db, transaction, model, ModelReference.DefaultAlias, version, now);
            if (Newest(db, transaction, model)?.Spec is { Traffic.Count: > 0 } spec) Add(db, transaction, model, spec with { Traffic = [], SplitBy = null }, now);
            return 0;
        });
    }

    /// <summary>
    /// Takes back the last change of which version answers for a model's name: the last move of an alias that its traffic follows, or the last revision of its deployment,
    /// whichever is younger. Rolling back twice leads where it began.
    /// </summary>
    /// <returns>What was done, in words.</returns>
    /// <exception cref="InputException">There is no such model, nothing to go back to, or the version before has been deleted.</exception>
    public string RollBack(string model)
    {
        var known = models.Get(model);
        var history = History(model);
        string[] followed = history is [.., { Spec: { Traffic: { Count: > 0 } traffic } spec }]
            ? [.. traffic.Select(t => t.To), .. spec.Rules.Select(r => r.To)]
            : [ModelReference.DefaultAlias];
        var moves = aliases.History(model).Where(m => m is { FromNumber: not null, ToNumber: not null }).ToList();
        var together = history.Count > 1 ? moves.LastOrDefault(m => m.MovedAt == history[^1].ChangedAt) : null;   // promoted out of a split, or back into it
        var move = together ?? moves.LastOrDefault(m => followed.Contains(m.Alias));
        if (move is not null && (history.Count == 0 || move.MovedAt >= history[^1].ChangedAt))
        {
            if (known.Versions.All(v => v.Number != move.FromNumber))
                throw new InputException($"'{move.Alias}' was at {model}:{move.FromNumber}, which has been deleted", wayOut: $"Promote another version: 'takt models promote {model}:{known.Versions[^1].Number} {move.Alias}'");
            database.Write((db, transaction) =>
            {
                var now = clock.GetUtcNow();
                aliases.Move(db, transaction, model, move.Alias, move.FromNumber!.Value, now);
                if (together is not null) Add(db, transaction, model, history[^2].Spec, now);
                return 0;
            });
            return $"'{move.Alias}' is back at {model}:{move.FromNumber} (was {move.ToNumber})";
        }

        if (history.Count == 0) throw new InputException($"nothing to take back: neither '{ModelReference.DefaultAlias}' nor a deployment of {model} has ever changed");
        var before = history.Count > 1 ? history[^2].Spec : null;
        var now = Set(model, before);
        return $"{model} is served as in revision {history[^1].Revision - 1} again (now revision {now.Revision})";
    }

    Deployment Add(SqliteConnection db, SqliteTransaction transaction, string model, DeploymentSpec? spec, DateTimeOffset? at = null) => db.QuerySingle<Row>("""
        insert into deployment (model, revision, spec, changed_at)
        select @model, coalesce(max(revision), 0) + 1, @spec, @now from deployment where model = @model
        returning *
        """, new { model, spec = spec is null ? null : DeploymentJson.Write(spec), now = at ?? clock.GetUtcNow() }, transaction).Read();

    static Deployment? Newest(SqliteConnection db, SqliteTransaction transaction, string model) =>
        db.QuerySingleOrDefault<Row>("select * from deployment where model = @model order by revision desc limit 1", new { model }, transaction)?.Read();

    /// <summary>A row of the table.</summary>
    sealed record Row
    {
        public required string Model { get; init; }
        public int Revision { get; init; }
        public string? Spec { get; init; }
        public DateTimeOffset ChangedAt { get; init; }

        public Deployment Read() => new(Model, Revision, Spec is null ? null : DeploymentJson.Read(Encoding.UTF8.GetBytes(Spec)), ChangedAt);
    }
}
