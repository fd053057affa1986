using Microsoft.AspNetCore.Http.HttpResults;
using Takt.Access;
using Takt.Doors.Bodies;
using Takt.Doors.Descriptions;
using Takt.Doors.Errors;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Deployments;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Web.Access;

namespace Takt.Doors.Deployments;

/// <summary>How each model is to be served and how it is. Whoever changes it gets the answer when the change has taken effect, or the reason why it has not.</summary>
static class DeploymentsApi
{
    /// <summary>Maps the calls under /api/deployments.</summary>
    public static void MapDeploymentsApi(this IEndpointRouteBuilder app)
    {
        var deployments = app.MapGroup("/api/deployments").WithTags("Deployments").Needs(Permissions.Read);
        deployments.MapGet("", ListAsync).WithSummary("Every model: what is wanted, what answers, what is in memory");
        deployments.MapGet("/{model}", GetAsync).WithSummary("One model: what is wanted, what answers, what is in memory").Fails(400, 404);
        deployments.MapPut("/{model}", SetAsync).WithSummary("Say how a model is to be served").Needs(Permissions.Manage).Accepts<DeploymentSpec>("application/json").Fails(400, 403, 404, 413, 415);
        deployments.MapDelete("/{model}", (string model, ModelRegistry registry, DataPlane plane, CancellationToken stop) => ChangeAsync(model, registry, plane, name => registry.Deployments.Set(name, null), stop))
            .WithSummary("Serve a model on demand again, as if nothing had been said").Needs(Permissions.Manage).Fails(400, 404);
        Order("start", "Serve a model", (store, model) => store.SetActive(model, true));
        Order("stop", "Unload a model and refuse its calls", (store, model) => store.SetActive(model, false));
        Order("rollback", "Take back the last change of which version answers", (store, model) => store.RollBack(model));

        // An order has a body, if only {}: without one, a page of another site could give it through a visitor's browser.
        void Order(string word, string summary, Action<DeploymentStore, string> change) => deployments
            .MapPost($"/{{model}}/{word}", async (string model, HttpRequest http, ModelRegistry registry, DataPlane plane, ILogger<DeploymentOrder> log, CancellationToken stop) =>
            {
                var order = ReadOrder(await JsonBody.ReadAsync(http, stop));
                var state = await ChangeAsync(model, registry, plane, name => change(registry.Deployments, name), stop);
                log.LogInformation("{Model}: {Order}, because: {Reason}", model, word, order.Reason ?? "no reason was given");
                return state;
            })
            .WithSummary(summary).Needs(Permissions.Manage).Accepts<DeploymentOrder>("application/json").Fails(400, 404, 415);
    }

    static async Task<Ok<DeploymentsResponse>> ListAsync(HttpContext http, DataPlane plane, CancellationToken stop) =>
        TypedResults.Ok(new DeploymentsResponse([.. (await plane.DeploymentsAsync(stop)).Where(d => http.MaySee(d.Model))]));

    static async Task<Ok<DeploymentState>> GetAsync(string model, DataPlane plane, CancellationToken stop)
    {
        string name = ResourceName.Check(model, "model name");
        var states = await plane.DeploymentsAsync(stop);
        return TypedResults.Ok(states.FirstOrDefault(d => d.Model == name) ?? throw new UnknownModelException(new ModelReference(name).UnknownModel([.. states.Select(d => d.Model)])));
    }

    static async Task<Ok<DeploymentState>> SetAsync(string model, HttpRequest http, ModelRegistry registry, DataPlane plane, CancellationToken stop)
    {
        var spec = Read(await JsonBody.ReadAsync(http, stop));
        // What somebody else said before may be said again; a fallback of one's own choosing answers with what that model says.
        if (spec.Fallback is { } fallback && fallback != registry.Deployments.Find(model)?.Spec?.Fallback) ModelReference.Parse(fallback).AllowedTo(http.HttpContext);
        return await ChangeAsync(model, registry, plane, name => registry.Deployments.Set(name, spec), stop);
    }

    static async Task<Ok<DeploymentState>> ChangeAsync(string model, ModelRegistry registry, DataPlane plane, Action<string> change, CancellationToken stop)
    {
        string name = ResourceName.Check(model, "model name");
        Found.Or404(() => registry.Models.Get(name));
        change(name);
        await plane.SettleAsync(name, stop);
        return await GetAsync(name, plane, stop);
    }

    static DeploymentOrder ReadOrder(ReadOnlyMemory<byte> body)
    {
        var fields = new JsonFields(body, "reason");
        var order = new DeploymentOrder(fields.OptionalText("reason"));
        fields.Finish();
        return order;
    }

    static DeploymentSpec Read(ReadOnlyMemory<byte> body) => JsonBody.Read(body, static text => DeploymentJson.Read(text.Span), "an object that says how the model is to be served");
}
