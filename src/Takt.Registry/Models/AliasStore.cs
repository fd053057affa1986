using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;
using Takt.Registry.Deployments;

namespace Takt.Registry.Models;

/// <summary>The aliases: labels that people and rules move from version to version. Every move is remembered.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class AliasStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>Lets an alias point to a version.</summary>
    /// <exception cref="InputException">There is no such version, or the alias breaks the rules for names.</exception>
    public void Move(string name, string alias, int number) => database.Write((db, transaction) =>
    {
        Move(db, transaction, name, alias, number, clock.GetUtcNow());
        return 0;
    });

    /// <inheritdoc cref="Move(string, string, int)"/>
    internal void Move(SqliteConnection db, SqliteTransaction transaction, string name, string alias, int number, DateTimeOffset now)
    {
        ResourceName.Check(alias, "alias");
        if (db.ExecuteScalar<int>("select count(*) from model_version where name = @name and number = @number and deleted_at is null", new { name, number }, transaction) == 0)
            throw new InputException($"no version {number} of model '{name}'", wayOut: $"See 'takt models show {name}'");
        MoveIn(db, transaction, name, alias, number, now);
    }

    /// <summary>Takes an alias away; its history stays.</summary>
    /// <exception cref="InputException">The model has no such alias, or a deployment names it.</exception>
    public void Remove(string name, string alias) => database.Write((db, transaction) =>
    {
        var about = new { name, alias, now = clock.GetUtcNow() };
        int? number = db.QuerySingleOrDefault<int?>("delete from alias where name = @name and alias = @alias returning number", about, transaction);
        if (number is null)
        {
            string[] known = [.. db.Query<string>("select alias from alias where name = @name order by alias", about, transaction)];
            throw new InputException($"model '{name}' has no alias '{alias}'", wayOut: known.Length == 0 ? "It has none" : NearestName.Suggest(alias, known));
        }

        NamedVersions.Check(db, transaction, new ModelReference(name, Alias: alias));
        return db.Execute("insert into alias_move (name, alias, from_number, to_number, moved_at) values (@name, @alias, @number, null, @now)",
            new { name, alias, number, about.now }, transaction);
    });

    /// <summary>Where the aliases of a model pointed, oldest move first.</summary>
    public IReadOnlyList<AliasMove> History(string name) => database.Read<AliasMove>("select * from alias_move where name = @name order by id", new { name });

    /// <summary>Moves an alias within a transaction; one that points there already stays as it is, and its history too.</summary>
    internal void MoveIn(SqliteConnection db, SqliteTransaction transaction, string name, string alias, int number, DateTimeOffset? at = null)
    {
        int? from = db.QuerySingleOrDefault<int?>("select number from alias where name = @name and alias = @alias", new { name, alias }, transaction);
        if (from == number) return;
        var about = new { name, alias, from, number, now = at ?? clock.GetUtcNow() };
        db.Execute("insert into alias_move (name, alias, from_number, to_number, moved_at) values (@name, @alias, @from, @number, @now)", about, transaction);
        db.Execute("""
            insert into alias (name, alias, number, moved_at) values (@name, @alias, @number, @now)
            on conflict (name, alias) do update set number = @number, moved_at = @now
            """, about, transaction);
    }
}
