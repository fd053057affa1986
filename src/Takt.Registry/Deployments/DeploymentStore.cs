using System.Text.Json.Serialization;
using Dapper;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Deployments;

/// <summary>What is wanted of a deployment.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DeploymentState>))]
public enum DeploymentState
{
    /// <summary>It answers.</summary>
    [JsonStringEnumMemberName("serving")] Serving,

    /// <summary>It does not.</summary>
    [JsonStringEnumMemberName("stopped")] Stopped,
}

/// <summary>A model that is wanted to be served.</summary>
public sealed record Deployment
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The model, version or alias that answers, for example <c>press-failure@champion</c>.</summary>
    public required string Reference { get; init; }

    /// <summary>What is wanted.</summary>
    public DeploymentState State { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>The deployments: the state that is wanted. It changes the registry's stamp, so that servers notice.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class DeploymentStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>Wants a reference to be served under a name, or the name to be stopped.</summary>
    /// <param name="name">The deployment.</param>
    /// <param name="reference">What answers; it need not resolve yet.</param>
    /// <param name="state">What is wanted.</param>
    /// <exception cref="InputException">The name breaks the rules.</exception>
    public Deployment Want(string name, ModelReference reference, DeploymentState state)
    {
        ResourceName.Check(name, "deployment name");
        return database.Write((db, transaction) => db.QuerySingle<Deployment>("""
            insert into deployment (name, reference, state, changed_at) values (@name, @reference, @state, @now)
            on conflict (name) do update set reference = @reference, state = @state, changed_at = @now
            returning *
            """, new { name, reference = reference.ToString(), state = state.ToString().ToLowerInvariant(), now = clock.GetUtcNow() }, transaction));
    }

    /// <summary>All deployments, by name.</summary>
    public IReadOnlyList<Deployment> List() => database.Read<Deployment>("select * from deployment order by name");
}
