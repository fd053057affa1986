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
    const string NewestOfEach = "select * from deployment d where revision = (select max(revision) from deployment where model = d.model) order by model";

    /// <summary>What is wanted now, by model; models of which nothing was ever said are not among them.</summary>
    public IReadOnlyList<Deployment> List() =>
        [.. database.Read<Row>(NewestOfEach).Select(r => r.Read())];

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
        models.Get(model);
        return database.Write((db, transaction) =>
        {
            // Looked at under the write lock: no version that it names is deleted before it is noted.
            if (spec is not null && DeploymentProblems.Of(spec, models.Get(model), models) is { Count: > 0 } problems) throw new InputException(problems);
            return Add(db, transaction, model, spec);
        });
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
    /// Takes back the last change of which version answers for a model's name: the last move of an alias that its traffic or rules follow, or the last revision of its deployment that
    /// changed these, whichever is younger. What else the deployment says (log, limits, shadow, …) stays as it is. Rolling back twice leads where it began.
    /// </summary>
    /// <returns>What was done, in words.</returns>
    /// <exception cref="InputException">There is no such model, nothing to go back to, or the version before has been deleted.</exception>
    public string RollBack(string model)
    {
        models.Get(model);
        return database.Write((db, transaction) =>
        {
            // Read under the write lock: nobody changes what answers between the look and the step back.
            var step = NextRollBack(model)
                ?? throw new InputException($"nothing to take back: neither '{ModelReference.DefaultAlias}' nor a deployment of {model} has ever changed which version answers");
            var now = clock.GetUtcNow();
            if (step.Move is { } move) MoveBack(db, transaction, move, now);
            int revision = step.Change is null ? 0 : Add(db, transaction, model, Back(model, Newest(db, transaction, model)?.Spec, step.Before), now).Revision;
            return step.Move is { } moved
                ? $"'{moved.Alias}' is back at {model}:{moved.FromNumber} (was {moved.ToNumber})"
                : $"{model} answers as it did before revision {step.Change!.Revision} (now revision {revision})";
        });
    }

    /// <summary>What <see cref="RollBack"/> would take back now; null where there is nothing.</summary>
    public RollBackStep? NextRollBack(string model)
    {
        var history = History(model);
        var newest = history is [.., var last] ? last.Spec : null;
        int at = Leading.LastChange(history);
        var change = at < 0 ? null : history[at];
        var move = aliases.History(model).LastOrDefault(
            m => m is { FromNumber: not null, ToNumber: not null } && (m.MovedAt == change?.ChangedAt || Leading.Labels(newest).Contains(m.Alias)));
        if (change?.ChangedAt > move?.MovedAt) move = null;
        if (move is not null && move.MovedAt != change?.ChangedAt) change = null;   // else promoted out of a split, or back into it: both go back
        return move is null && change is null ? null : new RollBackStep(move, change, change is null || at == 0 ? null : history[at - 1].Spec);
    }

    /// <summary>The newest wish, led as it was before a revision.</summary>
    /// <exception cref="InputException">Labels that led then are gone.</exception>
    DeploymentSpec? Back(string model, DeploymentSpec? newest, DeploymentSpec? before)
    {
        if (DeploymentProblems.Of(Leading.With(null, before), models.Get(model), models) is { Count: > 0 } problems) throw new InputException(problems);
        var back = Leading.With(newest, before);
        // Where nothing was said before and nothing else is said now, nothing is: the model is served on demand again.
        return before is null && DeploymentJson.Write(back) == DeploymentJson.Write(new DeploymentSpec()) ? null : back;
    }

    void MoveBack(SqliteConnection db, SqliteTransaction transaction, AliasMove move, DateTimeOffset now)
    {
        int[] numbers = [.. models.Get(move.Name).Versions.Select(v => v.Number)];
        if (!numbers.Contains(move.FromNumber!.Value))
            throw new InputException($"'{move.Alias}' was at {move.Name}:{move.FromNumber}, which has been deleted", wayOut: $"Promote another version: 'takt models promote {move.Name}:{numbers[^1]} {move.Alias}'");
        aliases.Move(db, transaction, move.Name, move.Alias, move.FromNumber.Value, now);
    }

    Deployment Add(SqliteConnection db, SqliteTransaction transaction, string model, DeploymentSpec? spec, DateTimeOffset? at = null) => db.QuerySingle<Row>("""
        insert into deployment (model, revision, spec, changed_at)
        select @model, coalesce(max(revision), 0) + 1, @spec, @now from deployment where model = @model
        returning *
        """, new { model, spec = spec is null ? null : DeploymentJson.Write(spec), now = at ?? clock.GetUtcNow() }, transaction).Read();

    /// <summary>The newest wish of each model, within a transaction.</summary>
    internal static IEnumerable<Deployment> Newest(SqliteConnection db, SqliteTransaction transaction) => db.Query<Row>(NewestOfEach, transaction: transaction).Select(r => r.Read());

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
