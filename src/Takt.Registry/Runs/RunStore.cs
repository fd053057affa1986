using Dapper;
using Takt.Protocols.Models;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Runs;

/// <summary>The runs.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class RunStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>Notes that a run begins, or that one of the same identifier goes on.</summary>
    public void Begin(string id, string name, string spec, string seed, string folder) => database.Write((db, transaction) => db.Execute("""
        insert into run (id, name, status, spec, seed, folder, started_at) values (@id, @name, 'running', @spec, @seed, @folder, @now)
        on conflict (id) do update set status = 'running', ended_at = null, failure = null
        """, new { id, name, spec, seed, folder, now = clock.GetUtcNow() }, transaction));

    /// <summary>Notes that a run ended without a package.</summary>
    /// <param name="id">The run.</param>
    /// <param name="status"><see cref="RunStatus.Failed"/> or <see cref="RunStatus.Cancelled"/>.</param>
    /// <param name="failure">Why, for a person.</param>
    /// <exception cref="ArgumentException">The status is another one: a run finishes by registering its version.</exception>
    public void End(string id, RunStatus status, string failure)
    {
        if (status is not (RunStatus.Failed or RunStatus.Cancelled))
            throw new ArgumentException($"A run cannot be ended as {status}; expected {RunStatus.Failed} or {RunStatus.Cancelled}. It finishes when its version is registered.");
        int changed = database.Write((db, transaction) => db.Execute("update run set status = @status, failure = @failure, ended_at = @now where id = @id",
            new { id, status = status.ToString().ToLowerInvariant(), failure, now = clock.GetUtcNow() }, transaction));
        if (changed == 0) throw new InvalidOperationException($"The registry knows no run '{id}'; expected one that was begun.");
    }

    /// <summary>The runs, newest first.</summary>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<Run> List(int limit = 100) => database.Read<Run>("select * from run order by started_at desc, id limit @limit", new { limit });

    /// <summary>A run.</summary>
    /// <param name="id">Its identifier.</param>
    /// <param name="maySee">Runs of which models there are for whoever asks; null = of all.</param>
    /// <exception cref="InputException">There is none of that identifier.</exception>
    public Run Get(string id, Func<string, bool>? maySee = null) =>
        database.Read<Run>("select * from run where id = @id", new { id }) is [var run] && maySee?.Invoke(run.Name) != false ? run
        : throw new InputException($"no run '{id}'", wayOut: "See 'takt models show MODEL' for the run of a version");
}
