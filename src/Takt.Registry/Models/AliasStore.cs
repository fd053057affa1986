using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

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
        ResourceName.Check(alias, "alias");
        if (db.ExecuteScalar<int>("select count(*) from model_version where name = @name and number = @number and deleted_at is null", new { name, number }, transaction) == 0)
            throw new InputException($"no version {number} of model '{name}'", wayOut: $"See 'takt models show {name}'");
        MoveIn(db, transaction, name, alias, number);
        return 0;
    });

    /// <summary>Where the aliases of a model pointed, oldest move first.</summary>
    public IReadOnlyList<AliasMove> History(string name) => database.Read<AliasMove>("select * from alias_move where name = @name order by id", new { name });

    internal void MoveIn(SqliteConnection db, SqliteTransaction transaction, string name, string alias, int number)
    {
        var about = new { name, alias, number, now = clock.GetUtcNow() };
        db.Execute("""
            insert into alias_move (name, alias, from_number, to_number, moved_at)
            values (@name, @alias, (select number from alias where name = @name and alias = @alias), @number, @now)
            """, about, transaction);
        db.Execute("""
            insert into alias (name, alias, number, moved_at) values (@name, @alias, @number, @now)
            on conflict (name, alias) do update set number = @number, moved_at = @now
            """, about, transaction);
    }
}
