using Takt.Client.Sending;
using Takt.Protocols.Models;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;

namespace Takt.Client.Models;

/// <summary>The models of a server. Every call throws <see cref="TaktException"/> when there is no answer.</summary>
public sealed class ModelsClient
{
    readonly Sender _sender;

    internal ModelsClient(Sender sender) => _sender = sender;

    /// <summary>All models with their versions and aliases, by name.</summary>
    public async Task<IReadOnlyList<ModelSummary>> ListAsync(CancellationToken stop = default) =>
        (await _sender.AskAsync<ModelsResponse>(new Call(HttpMethod.Get, "api/models"), stop).ConfigureAwait(false)).Models;

    /// <summary>One model: card, metrics, versions, aliases and where they pointed.</summary>
    /// <param name="model">NAME, NAME@ALIAS or NAME:VERSION.</param>
    /// <param name="stop">Cancels the call.</param>
    public Task<ModelDetails> GetAsync(string model, CancellationToken stop = default) =>
        _sender.AskAsync<ModelDetails>(new Call(HttpMethod.Get, Call.PathOf("api", "models", model)), stop);

    /// <summary>The tensors that a model takes and gives.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Task<ModelMetadata> MetadataAsync(string model, CancellationToken stop = default) =>
        _sender.AskAsync<ModelMetadata>(new Call(HttpMethod.Get, Call.PathOf("v2", "models", model)), stop);

    /// <summary>Whether a model can answer; the server loads it if need be. A "no" comes at once and is not asked again.</summary>
    /// <inheritdoc cref="GetAsync"/>
    public Task<bool> IsReadyAsync(string model, CancellationToken stop = default) => _sender.IsReadyAsync(Call.PathOf("v2", "models", model, "ready"), stop);

    /// <summary>Lets an alias point to a version. When this returns, the next prediction is that version's.</summary>
    /// <param name="model">The model's name alone.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="alias">The alias. Default champion, which the bare name follows.</param>
    /// <param name="stop">Cancels the call; whether the alias moved is then not known.</param>
    /// <returns>Version number by alias, after the change.</returns>
    public async Task<IReadOnlyDictionary<string, int>> PromoteAsync(string model, int version, string alias = ModelReference.DefaultAlias, CancellationToken stop = default)
    {
        var call = new Call(HttpMethod.Post, Call.PathOf("api", "models", model, "aliases"), Effect.Sets) { Body = Wire.Body(new AliasRequest(alias, version)) };
        return (await _sender.AskAsync<AliasesResponse>(call, stop).ConfigureAwait(false)).Aliases;
    }
}
