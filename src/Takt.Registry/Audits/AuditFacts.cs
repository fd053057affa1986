using Dapper;
using Microsoft.Data.Sqlite;

namespace Takt.Registry.Audits;

/// <summary>Compares what the registry holds with what the audit says of it: a row that was altered behind the registry's back fits no entry.</summary>
static class AuditFacts
{
    /// <summary>What the tables hold, told as entries, and the entries that tell it. The time of a revision is left out: those from before hashes were noted later.</summary>
    const string Both = """
        with fact (kind, at, subject, detail) as (
            select 'version-added', created_at, name || ':' || number, package_sha256 from model_version
            union all select 'version-deleted', deleted_at, name || ':' || number, package_sha256 from model_version where deleted_at is not null
            union all select 'alias-moved', moved_at, name || '@' || alias, coalesce(from_number, 'none') || ' to ' || coalesce(to_number, 'none') from alias_move
            union all select 'deployment', '', model, 'revision ' || revision || ', sha256 ' || sha256(coalesce(spec, '')) from deployment
        ), noted (id, kind, at, subject, detail) as (
            select id, kind, at, subject, detail from event where kind in ('version-added', 'version-deleted', 'alias-moved')
            union all select id, 'deployment', '', subject, detail from event where kind in ('deployment-changed', 'deployment-hashed') and detail like '%, sha256 %'
        )
        """;

    /// <summary>The first entry that tells something else than its table holds, or null.</summary>
    public static long? FirstContradiction(SqliteConnection db, SqliteTransaction moment) =>
        db.ExecuteScalar<long?>($"{Both} select min(id) from noted where (kind, at, subject, detail) not in (select kind, at, subject, detail from fact)", transaction: moment);

    /// <summary>Something that a table holds and no entry tells, or null.</summary>
    public static string? FirstUnnoted(SqliteConnection db, SqliteTransaction moment) =>
        db.ExecuteScalar<string?>($"{Both} select kind || ' ' || subject || ': ' || detail from fact where (kind, at, subject, detail) not in (select kind, at, subject, detail from noted) limit 1", transaction: moment);
}
