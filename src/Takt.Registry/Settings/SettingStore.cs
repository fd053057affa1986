using System.Text.Json.Nodes;
using Dapper;
using Takt.Registry.Databases;

namespace Takt.Registry.Settings;

/// <summary>The settings that running servers were given: kept until they are taken back, and followed by every server of the home. The audit tells each change.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class SettingStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>Which calls are traced.</summary>
    public const string Trace = "trace";

    /// <summary>What the log tells.</summary>
    public const string Log = "log";

    /// <summary>In place of a model's name: what holds for the server.</summary>
    public const string EveryModel = "*";

    /// <summary>What changed after a revision, oldest change first; 0 = everything that was ever said.</summary>
    public IReadOnlyList<ServerSetting> Since(long revision) =>
        database.Read<ServerSetting>("select * from server_setting where revision > @revision order by revision", new { revision });

    /// <summary>Changes some settings; the others stay as they are. Two writers at once both have their way.</summary>
    /// <param name="kind"><see cref="Trace"/> or <see cref="Log"/>.</param>
    /// <param name="model">The model, or <see cref="EveryModel"/>.</param>
    /// <param name="change">The new values by name; null = the setting is taken back (JSON Merge Patch, RFC 7396).</param>
    public ServerSetting Change(string kind, string model, JsonObject change) => database.Write((db, transaction) => db.QuerySingle<ServerSetting>("""
        insert into server_setting (kind, model, value, revision, changed_at)
        select @kind, @model, json_patch('{}', @change), coalesce(max(revision), 0) + 1, @now from server_setting where true
        on conflict (kind, model) do update set value = json_patch(value, @change), revision = excluded.revision, changed_at = excluded.changed_at
        returning *
        """, new { kind, model, change = change.ToJsonString(), now = clock.GetUtcNow() }, transaction));
}
