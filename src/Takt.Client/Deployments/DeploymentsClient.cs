using System.Text;
using Takt.Client.Sending;
using Takt.Protocols.Deployments;

namespace Takt.Client.Deployments;

/// <summary>
/// How the models of a server are to be served and how they are. A change is answered when it has taken effect. Every call throws <see cref="TaktException"/> when there is
/// no answer. A change is only sent again when it certainly was not carried out or, for what sets a value, when the server says that it is not available.
/// </summary>
public sealed class DeploymentsClient
{
    readonly Sender _sender;

    internal DeploymentsClient(Sender sender) => _sender = sender;

    /// <summary>Every model: what is wanted, what answers, what is in memory.</summary>
    public async Task<IReadOnlyList<DeploymentState>> ListAsync(CancellationToken stop = default) =>
        (await _sender.AskAsync<DeploymentsResponse>(new Call(HttpMethod.Get, "api/deployments"), stop).ConfigureAwait(false)).Deployments;

    /// <summary>One model: what is wanted, what answers, what is in memory.</summary>
    /// <param name="model">The model's name alone.</param>
    /// <param name="stop">Cancels the call.</param>
    public Task<DeploymentState> GetAsync(string model, CancellationToken stop = default) => _sender.AskAsync<DeploymentState>(new Call(HttpMethod.Get, PathOf(model)), stop);

    /// <summary>Says how a model is to be served.</summary>
    /// <param name="model">The model's name alone.</param>
    /// <param name="spec">All that is wanted; what it does not say has its default.</param>
    /// <param name="stop">Cancels the waiting; the change may take effect all the same.</param>
    public Task<DeploymentState> SetAsync(string model, DeploymentSpec spec, CancellationToken stop = default) =>
        _sender.AskAsync<DeploymentState>(new Call(HttpMethod.Put, PathOf(model), Effect.Sets) { Body = Wire.Body(Encoding.UTF8.GetBytes(DeploymentJson.Write(spec))) }, stop);

    /// <summary>Serves a model on demand again, as if nothing had been said.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public Task<DeploymentState> ResetAsync(string model, CancellationToken stop = default) =>
        _sender.AskAsync<DeploymentState>(new Call(HttpMethod.Delete, PathOf(model), Effect.Sets), stop);

    /// <summary>Serves a model.</summary>
    /// <param name="model">The model's name alone.</param>
    /// <param name="reason">Why, for the server's log; null = none is given.</param>
    /// <param name="stop">Cancels the waiting; the change may take effect all the same.</param>
    public Task<DeploymentState> StartAsync(string model, string? reason = null, CancellationToken stop = default) => OrderAsync(model, "start", reason, Effect.Sets, stop);

    /// <summary>Unloads a model and refuses its calls.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public Task<DeploymentState> StopAsync(string model, string? reason = null, CancellationToken stop = default) => OrderAsync(model, "stop", reason, Effect.Sets, stop);

    /// <summary>Takes back the last change of which version answers.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public Task<DeploymentState> RollBackAsync(string model, string? reason = null, CancellationToken stop = default) => OrderAsync(model, "rollback", reason, Effect.Steps, stop);

    Task<DeploymentState> OrderAsync(string model, string word, string? reason, Effect effect, CancellationToken stop) =>
        _sender.AskAsync<DeploymentState>(new Call(HttpMethod.Post, $"{PathOf(model)}/{word}", effect) { Body = Wire.Body(new DeploymentOrder(reason)) }, stop);

    static string PathOf(string model) => Call.PathOf("api", "deployments", model);
}
